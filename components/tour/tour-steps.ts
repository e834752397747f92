/**
 * The three steps of the first-run tour, and how far each is, told from what really happened in the mesh: a canary goes live, a bad version is rolled back by
 * itself, an unsafe shift is refused. Nothing here does anything: the operator presses the real buttons, and the tour points at them.
 */
import { newReleaseHref } from "@/components/releases/release-question.ts";
import { endedAtMs, isOver, type ReleaseSummary } from "@/components/releases/release-view.ts";

export const TOUR_STEPS = ["canary", "rollback", "refused"] as const;
export type TourStep = (typeof TOUR_STEPS)[number];

/** What a step is about. */
export interface TourSubject {
  readonly service: string;
  readonly version: string;
}

const BAD: TourSubject = { service: "recommendations", version: "1.3.0" };
const UNSAFE: TourSubject = { service: "payments", version: "3.0.0" };
const GOOD_SERVICE = "users";
const STRATEGY = "quick";

/** Whether the mesh is the demo's, whose services the tour speaks of. */
export function isDemoMesh(services: readonly { readonly name: string }[]): boolean {
  const names = new Set(services.map(({ name }) => name));
  return [GOOD_SERVICE, BAD.service, UNSAFE.service].every((name) => names.has(name));
}

export interface TourFacts {
  /** When the step began. */
  readonly sinceMs: number;
  readonly releases: readonly ReleaseSummary[];
  /** Weights of the service that the canary is about, in basis points. */
  readonly weights: Readonly<Record<string, number>>;
  /** The last shift that was refused in this window. */
  readonly refused: { readonly service: string | null; readonly atMs: number };
}

export interface TourProgress {
  readonly state: "todo" | "doing" | "done";
  readonly subject: TourSubject;
  /** The release that the step is about, once there is one. */
  readonly release: ReleaseSummary | null;
  /** Where the control is. */
  readonly href: string;
  /** The control on that page. */
  readonly target: string;
}

/** How far a step is. */
export function tourProgress(step: TourStep, facts: TourFacts): TourProgress {
  switch (step) {
    case "canary":
      return releaseStep(canarySubject(facts), facts, isSent);
    case "rollback":
      return releaseStep(BAD, facts, (release) => release.state === "rolled-back" && release.movedBy !== "operator");
    case "refused": {
      const isDone = facts.refused.service === UNSAFE.service && facts.refused.atMs >= facts.sinceMs;
      const href = `/services/${UNSAFE.service}`;
      return { state: isDone ? "done" : "todo", subject: UNSAFE, release: null, href, target: "[data-tour=split] [role=slider]" };
    }
  }
}

/** Its weight is set, and every proxy has acknowledged it. */
function isSent({ phase, weightBp }: ReleaseSummary): boolean {
  return weightBp > 0 && phase !== "ready" && phase !== "acknowledged";
}

/** The version that has not all of the traffic: on a second round the tour goes the other way. */
function canarySubject({ weights }: TourFacts): TourSubject {
  return { service: GOOD_SERVICE, version: (weights["2.1.0"] ?? 0) === 10_000 ? "2.0.0" : "2.1.0" };
}

function releaseStep(wanted: TourSubject, { releases, sinceMs }: TourFacts, isDone: (release: ReleaseSummary) => boolean): TourProgress {
  const own = releases.filter(({ service }) => service === wanted.service);
  // One that was under way before the step began is as good: a service has one at a time.
  const recent = own.filter((release) => !isOver(release) || (endedAtMs(release) ?? 0) >= sinceMs);
  const release = recent.toSorted((left, right) => (left.createdAt < right.createdAt ? 1 : -1))[0] ?? null;
  const subject = release === null ? wanted : { service: release.service, version: release.version };
  if (release === null || (isOver(release) && !isDone(release) && release.state !== "succeeded")) {
    const href = `${newReleaseHref(wanted.service, wanted.version)}&strategy=${STRATEGY}`;
    return { state: "todo", subject: wanted, release, href, target: "[data-tour=release-start]" };
  }
  const state = isDone(release) ? "done" : "doing";
  const target = isOver(release) ? "[data-tour=release-outcome]" : "[data-tour=release-weight]";
  return { state, subject, release, href: `/releases/${encodeURIComponent(release.id)}`, target };
}
