/**
 * Which changes are transitions, and what is said of them: releases, plans, lifecycles and approvals by the facts that a change consists of, so that a release that
 * is paused by somebody's new weights is told too; alerts where they fire and are over. Pure: the change, and the mesh after it for names.
 */
import type { Alert, Change, ChannelTopic, MeshEvent, MeshState } from "../model/index.ts";
import { bounded, type Notification, type NotificationItem } from "./notification.ts";

/** A message, and to whom it goes. */
export interface Transition {
  readonly notification: Notification;
  readonly topics: readonly ChannelTopic[];
  /** Goes to these alone, where there are any. */
  readonly channels: readonly string[];
  /** What is told together with it within a short time; null: it is told alone. */
  readonly group: string | null;
}

type Names = Pick<MeshState, "releases" | "plans">;

interface Told {
  readonly topic: ChannelTopic;
  readonly sentence: string;
  readonly path: string;
}

/** The message that a change makes; null where it is no transition. `console`: its address. */
export function transitionOf(change: Change, names: Names, console: string): Transition | null {
  const alert = alertOf(change);
  if (alert !== null) return alertTransition(change, alert, console);
  const told = change.events.flatMap((event) => toldOf(event, change, names) ?? []);
  const [first] = told;
  if (first === undefined) return null;
  const topics = [...new Set(told.map(({ topic }) => topic))];
  const notification = bounded({
    ...factsOf(change),
    topic: first.topic,
    sentence: [...new Set(told.map(({ sentence }) => sentence))].join(" "),
    links: linksOf(console, [...new Set(told.map(({ path }) => path))], change),
  });
  return { notification, topics, channels: [], group: null };
}

function factsOf({ after, at, author, before, id, kind, reason, subject }: Change) {
  return { id, at, kind, subject, author, reason, before, after };
}

/** The alert that a change makes fire or ends; acknowledgements and silences are no transitions. */
function alertOf({ events, kind }: Change): Alert | null {
  if (kind !== "alert.fire" && kind !== "alert.resolve") return null;
  const set = events.find((event) => event.kind === "alert-set");
  return set?.value ?? null;
}

function alertTransition(change: Change, alert: Alert, console: string): Transition {
  const item = alertItem(change, alert);
  const notification = bounded({
    ...factsOf(change),
    topic: "alerts",
    subject: alert.subject,
    sentence: item.sentence,
    links: linksOf(console, [`/policies?alert=${encodeURIComponent(alert.id)}`], change),
    items: [item],
  });
  return { notification, topics: ["alerts"], channels: alert.channels, group: alertGroup(alert, change.kind) };
}

/** Alerts of one policy for the same channels, with the kind of change at the end. */
function alertGroup({ channels, policy }: Alert, kind: string): string {
  return `${policy} ${channels.join(",")} ${kind}`;
}

/** The message of an alert that still fires when its silence ends. */
export function lateAlert(item: NotificationItem, alert: Alert, console: string): Pick<Transition, "notification" | "group"> {
  const { at, id, sentence, subject } = item;
  const kind = "alert.fire";
  const links = linksOf(console, [`/policies?alert=${encodeURIComponent(alert.id)}`], { id });
  const facts = { id, at, topic: "alerts", kind, subject, sentence, author: "interlock", reason: "", before: null, after: null } as const;
  return { notification: bounded({ ...facts, links, items: [item] }), group: alertGroup(alert, kind) };
}

function alertItem({ at, id }: Change, alert: Alert): NotificationItem {
  const { bound, firedAt, policy, policyName, resolvedAt, severity, state, subject, summary, value } = alert;
  const sentence = state === "resolved" ? `Resolved: ${summary}` : `${severity[0]?.toUpperCase()}${severity.slice(1)}: ${summary}`;
  return { id, at, subject, sentence, alert: { id: alert.id, policy, policyName, severity, state, value, bound, firedAt, resolvedAt } };
}

function toldOf(event: MeshEvent, change: Change, { plans, releases }: Names): Told | null {
  switch (event.kind) {
    case "release-created": {
      const { id, service, version } = event.release;
      return { topic: "releases", sentence: `The release of ${service} ${version} was made.`, path: `/releases/${id}` };
    }
    case "release-moved": {
      const release = releases.get(event.release);
      const who = release === undefined ? event.release : `${release.service} ${release.version}`;
      return { topic: "releases", sentence: `Release of ${who}: ${event.sentence}`, path: `/releases/${event.release}` };
    }
    case "plan-created":
      return {
        topic: "plans",
        sentence: `The plan ${event.plan.id} was made: ${targetText(event.plan.target)}.`,
        path: `/plans/${event.plan.id}`,
      };
    case "plan-moved": {
      const { pausedBecause, state, wavesDone } = event.cursor;
      const waves = plans.get(event.plan)?.waves.length;
      const done = waves === undefined ? "" : `, ${wavesDone} of ${waves} waves done`;
      const because = pausedBecause === null ? "" : ` ${pausedBecause}`;
      return { topic: "plans", sentence: `The plan ${event.plan} is ${state}${done}.${because}`, path: `/plans/${event.plan}` };
    }
    case "lifecycle-set":
      return { topic: "lifecycle", sentence: lifecycleText(event), path: `/services/${event.id.split("@")[0]}` };
    case "approval-set":
      return event.value === null ? null : { topic: "approvals", sentence: approvalText(event.value, change), path: "/governance" };
    default:
      return null;
  }
}

function targetText(target: Readonly<Record<string, string>>): string {
  return Object.entries(target)
    .map(([service, version]) => `${service} to ${version}`)
    .join(", ");
}

function lifecycleText({ id, value }: Extract<MeshEvent, { readonly kind: "lifecycle-set" }>): string {
  const ref = id.replace("@", " ");
  if (value === null) return `${ref} is registered again, as if it had never been moved.`;
  const next = value.next === undefined ? "" : ` It becomes ${value.next.stage} at ${value.next.at}.`;
  const sunset = value.sunset === undefined ? "" : ` It stops to be served at ${value.sunset}.`;
  return `${ref} is ${value.stage}.${next}${sunset}`;
}

function approvalText(
  { decidedBy, requestedBy, state, summary }: NonNullable<Extract<MeshEvent, { readonly kind: "approval-set" }>["value"]>,
  { author }: Change,
): string {
  if (state === "waiting") return `${requestedBy} asks a second person to agree: ${summary}`;
  if (state === "used") return `${author}: used, approved by ${decidedBy ?? "a second person"}: ${summary}`;
  return `${decidedBy ?? author}: ${state}: ${summary}`;
}

function linksOf(console: string, paths: readonly string[], { id }: { readonly id: string }) {
  const change = { title: "The change in the log", url: `${console}/activity?change=${id}` };
  return [...paths.map((path) => ({ title: "In the console", url: `${console}${path}` })), change];
}
