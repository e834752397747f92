import {
  CHANNEL_TOPICS,
  CHANNELS_MAX,
  type Channel,
  type ChannelCommand,
  type ChannelTarget,
  type ChannelTargetInput,
  type ChannelTopic,
  type MeshState,
  type PolicyAction,
  type Problem,
  type Refusal,
  SEVERITIES,
  type Severity,
} from "../../model/index.ts";
import { canonicalJson, err, type Json, ok, type Result } from "../../std/index.ts";
import { checkTarget } from "./channel-target.ts";
import type { DecideContext, Draft } from "./context.ts";
import { listed, refuse, refuseAll } from "./refusals.ts";

type SetChannel = Extract<ChannelCommand, { readonly kind: "channel.set" }>;
type RemoveChannel = Extract<ChannelCommand, { readonly kind: "channel.remove" }>;

const NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const SECRET_MIN = 8;
const SECRET_MAX = 1_024;

/** Adds a channel, or replaces it as a whole; its secret stays unless another is given. */
export function decideChannelSet(context: DecideContext, command: SetChannel): Result<Draft | null, Refusal> {
  const { name, rev } = command;
  const known = context.state.channels.get(name) ?? null;
  if (rev !== (known?.rev ?? 0)) return err(staleChannel(name, rev, known));
  const problems = [...checkNew(context.state, name, known), ...checkSettings(command), ...checkTarget(context, command.target)];
  const kept = keptSecret(known, command);
  if (kept === "lost") problems.push(givenAgain(command.target));
  const secret = givenSecret(command);
  if (isUserAlone(command.target, kept, secret) && !wasAlone(known, command)) problems.push(noPassword());
  if (typeof secret === "string") problems.push(...checkSecret(command.target, secret));
  if (problems.length > 0) return refuseAll(problems);
  const ref = secret === null ? undefined : secret === undefined ? (kept ?? undefined) : secretRef(context, name);
  const target = targetOf(command.target, ref, known);
  if (target === null) return refuse(noAddress());
  const { enabled, minSeverity, topics } = command;
  const settings = { topics: CHANNEL_TOPICS.filter((topic) => topics.includes(topic)), minSeverity: minSeverity as Severity, enabled };
  if (known !== null && isSame(known, { target, ...settings })) return ok(null);
  const value: Channel = { name, rev: context.place.seq, target, ...settings, updatedAt: context.nowIso, updatedBy: context.author.author };
  return ok({
    kind: "channel.set",
    subject: name,
    before: known === null ? null : shownChannel(known),
    after: shownChannel(value),
    events: [{ kind: "channel-set", id: name, value }],
    services: [],
    notes: known?.enabled === true && !enabled ? namedNotes(context.state, name) : [],
  });
}

/** Takes a channel away; what it was not told yet is told to nobody. One that a policy names stays: its alerts would be told to others than it means. */
export function decideChannelRemove({ state }: DecideContext, { name, rev }: RemoveChannel): Result<Draft | null, Refusal> {
  const known = state.channels.get(name);
  if (known === undefined) return refuse(unknownChannel(state, name));
  if (rev !== known.rev) return err(staleChannel(name, rev, known));
  const problems = channelInUse(state, name, "name");
  if (problems.length > 0) return refuseAll(problems);
  const before = shownChannel(known);
  return ok({
    kind: "channel.remove",
    subject: name,
    before,
    after: null,
    events: [{ kind: "channel-set", id: name, value: null }],
    services: [],
  });
}

/** What forbids that a channel goes: policies that tell it by name. */
export function channelInUse(state: Pick<MeshState, "policies">, name: string, path: string): readonly Problem[] {
  const naming = policiesNaming(state, name);
  if (naming.length === 0) return [];
  const detail = `${listed(naming)} ${naming.length === 1 ? "tells" : "tell"} ${name} by name.`;
  return [{ path, code: "channel.in-use", detail, fix: "Name another channel there first, or turn this one off." }];
}

/** Names of the policies that tell a channel by name. */
function policiesNaming({ policies }: Pick<MeshState, "policies">, name: string): readonly string[] {
  const names = (action: PolicyAction) => action.kind === "notify" && action.channels.includes(name);
  return [...policies.values()].filter(({ actions }) => actions.some(names)).map((policy) => policy.name);
}

function namedNotes(state: MeshState, name: string): readonly string[] {
  const naming = policiesNaming(state, name);
  if (naming.length === 0) return [];
  return [
    `${listed(naming)} ${naming.length === 1 ? "tells" : "tell"} ${name} by name; with none of those on that it names, channels told of alerts are told.`,
  ];
}

/** The secret that a decided change refers to and that is nowhere yet; null where it brings none. */
export function newSecret(
  command: SetChannel,
  context: DecideContext,
  after: MeshState,
): { readonly ref: string; readonly secret: string } | null {
  const ref = after.channels.get(command.name)?.target.secretRef;
  const secret = givenSecret(command);
  return typeof secret === "string" && ref === secretRef(context, command.name) ? { ref, secret } : null;
}

/** The problem of a name that no channel has. */
export function unknownChannel(state: Pick<MeshState, "channels">, name: string): Problem {
  const names = listed([...state.channels.keys()]);
  return {
    path: "name",
    code: "channel.unknown",
    detail: `There is no channel "${name}".`,
    fix: names === "" ? "Add it first." : `Add it first, or use one of: ${names}.`,
  };
}

/** The place in the log makes it one that was never used before. */
function secretRef({ place }: DecideContext, name: string): string {
  return `${name}.${place.seq}`;
}

/** Undefined: as it is. Null: none. The address of a Slack channel is its secret. */
function givenSecret({ secret, target }: SetChannel): string | null | undefined {
  return target.kind === "slack" ? target.url : secret;
}

/**
 * The secret that stays. It never goes to another place than the one that it was given for: whoever changes the address gives it again, else a password could be
 * drawn out by pointing the channel elsewhere.
 */
function keptSecret(known: Channel | null, command: SetChannel): string | "lost" | null {
  const ref = known?.target.secretRef;
  if (known === null || ref === undefined || givenSecret(command) !== undefined) return null;
  // A signing secret is no password: it goes with its kind.
  if (known.target.kind !== command.target.kind) return null;
  return placeOf(known.target) === placeOf(command.target) ? ref : "lost";
}

function placeOf(target: ChannelTarget | ChannelTargetInput): string {
  if (target.kind === "smtp") return `smtp ${target.host}:${target.port} ${target.user ?? ""}`;
  // A Slack address that was not given is the one that is known.
  if (target.kind === "slack") return "slack";
  return URL.canParse(target.url) ? `webhook ${new URL(target.url).origin}` : "";
}

function targetOf(input: ChannelTargetInput, secretRef: string | undefined, known: Channel | null): ChannelTarget | null {
  const secret = secretRef === undefined ? {} : { secretRef };
  switch (input.kind) {
    case "webhook":
      return { kind: "webhook", url: input.url, ...secret };
    case "slack": {
      const host = input.url === undefined ? (known?.target.kind === "slack" ? known.target.host : undefined) : new URL(input.url).host;
      return host === undefined || secretRef === undefined ? null : { kind: "slack", host, secretRef };
    }
    default: {
      const { from, host, port, to, user } = input;
      return { kind: "smtp", host, port, from, to, ...(user === undefined ? {} : { user }), ...secret };
    }
  }
}

function checkNew({ channels }: MeshState, name: string, known: Channel | null): Problem[] {
  if (known !== null) return [];
  if (!NAME.test(name)) {
    const fix = "Use 1 to 63 lower-case letters, digits and hyphens, with no hyphen at either end.";
    return [{ path: "name", code: "name.invalid", detail: `"${name}" is not a valid channel name.`, fix }];
  }
  if (channels.size < CHANNELS_MAX) return [];
  return [{ path: "name", code: "channel.too-many", detail: `There are ${channels.size} channels.`, fix: "Remove one first." }];
}

function checkSettings({ minSeverity, topics }: SetChannel): Problem[] {
  const problems: Problem[] = [];
  if (topics.length === 0) {
    const fix = `Give at least one of: ${CHANNEL_TOPICS.join(", ")}.`;
    problems.push({ path: "topics", code: "channel.invalid", detail: "It is told of nothing.", fix });
  }
  for (const [index, topic] of topics.entries()) {
    if (CHANNEL_TOPICS.includes(topic as ChannelTopic)) continue;
    const fix = `Use one of: ${CHANNEL_TOPICS.join(", ")}.`;
    problems.push({ path: `topics.${index}`, code: "channel.invalid", detail: `"${topic}" is not a topic.`, fix });
  }
  if (!SEVERITIES.includes(minSeverity as Severity)) {
    const fix = `Use one of: ${SEVERITIES.join(", ")}.`;
    problems.push({ path: "minSeverity", code: "channel.invalid", detail: `"${minSeverity}" is not a severity.`, fix });
  }
  return problems;
}

/** A password is as long as its server has it; a signing secret is ours to ask something of. */
function checkSecret({ kind }: ChannelTargetInput, secret: string): readonly Problem[] {
  const min = kind === "smtp" ? 1 : SECRET_MIN;
  if (kind === "slack" || (secret.length >= min && secret.length <= SECRET_MAX)) return [];
  const example = kind === "smtp" ? "" : ", such as what openssl rand -hex 32 prints";
  const fix = `Use ${min} to ${SECRET_MAX} characters${example}.`;
  return [{ path: "secret", code: "channel.invalid", detail: `The secret has ${secret.length} characters.`, fix }];
}

function isUserAlone(target: ChannelTargetInput, kept: string | null, secret: string | null | undefined): boolean {
  return target.kind === "smtp" && target.user !== undefined && (secret === null || (secret === undefined && kept === null));
}

/** It is so by now, from before a password was asked for, and is not turned on by this: it can be turned off, and all else of it set. */
function wasAlone(known: Channel | null, { enabled, target }: SetChannel): boolean {
  if (known === null || (enabled && !known.enabled)) return false;
  return known.target.kind === "smtp" && known.target.secretRef === undefined && placeOf(known.target) === placeOf(target);
}

function noPassword(): Problem {
  const detail = "There is a user to sign in with, and no password.";
  return {
    path: "secret",
    code: "channel.invalid",
    detail,
    fix: "Give the password, or leave the user out where the server asks for none.",
  };
}

function givenAgain({ kind }: ChannelTargetInput): Problem {
  return {
    path: kind === "slack" ? "target.url" : "secret",
    code: "channel.secret",
    detail: "The address is another one, and a secret does not go along to where it was not given for.",
    fix: kind === "slack" ? "Give the whole address." : "Give the secret again, or null for none.",
  };
}

function noAddress(): Problem {
  return {
    path: "target.url",
    code: "channel.invalid",
    detail: "There is no address to keep.",
    fix: "Give the address of the incoming webhook.",
  };
}

function staleChannel(name: string, rev: number, known: Channel | null): Refusal {
  const code = "precondition.failed";
  const detail =
    known === null
      ? `There is no channel "${name}".`
      : rev === 0
        ? `There is a channel "${name}".`
        : `${name} is at rev ${known.rev} by now, not at ${rev}.`;
  const fix = known === null ? "Add it with If-None-Match: *." : `Look at what changed, then send your change again with rev ${known.rev}.`;
  const problems = [{ path: "rev", code, detail, fix } as const];
  return { code, detail, problems, current: { rev: known?.rev ?? 0, state: known === null ? null : shownChannel(known) } };
}

/** As people compare it. A secret that was set anew shows as another reference. */
function shownChannel({ enabled, minSeverity, target, topics }: Channel): unknown {
  return { target, topics, minSeverity, enabled };
}

function isSame(
  { enabled, minSeverity, target, topics }: Channel,
  other: Pick<Channel, "enabled" | "minSeverity" | "target" | "topics">,
): boolean {
  const text = (value: unknown) => canonicalJson(value as Json);
  return text({ enabled, minSeverity, target, topics }) === text(other);
}
