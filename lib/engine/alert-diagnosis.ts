import { liveVersions } from "../compatibility/index.ts";
import type { Alert, Change, ChangeKind, MeshState, ServiceName, Version } from "../model/index.ts";
import { type HarmEvidence, rankCauses, type ScorePart, type ServicePair } from "../policy/index.ts";
import type { SeriesSelector, TelemetryStore } from "../telemetry/index.ts";
import { listed } from "./decide/refusals.ts";
import { hasEnded } from "./fold-delivery.ts";
import { type Counted, countedIn } from "./long-windows.ts";
import type { MeshEngine } from "./mesh-engine.ts";

/** How a change is reversed, as a request to the API. */
export interface ReverseAction {
  readonly kind: "undo" | "release-rollback" | "rollback";
  /** The change, the release or the service. */
  readonly target: string;
  readonly method: "POST";
  readonly path: string;
  /** For If-Match; null where the request needs none. */
  readonly rev: number | null;
}

export interface CauseView {
  readonly change: string;
  readonly at: string;
  readonly kind: ChangeKind;
  readonly subject: string;
  readonly author: string;
  readonly reason: string;
  /** Share of all scores, 0 to 1. */
  readonly likelihood: number;
  readonly parts: readonly ScorePart[];
  /** Null where nothing takes it back. */
  readonly reverse: ReverseAction | null;
}

export interface DiagnosisView {
  readonly alert: string;
  readonly onset: string;
  readonly sentence: string;
  readonly causes: readonly CauseView[];
}

export interface DiagnosisParts {
  readonly engine: Pick<MeshEngine, "changes" | "state">;
  readonly telemetry: Pick<TelemetryStore, "series" | "totals" | "edges">;
}

const BEFORE_MS = 3_600_000;
const AFTER_MS = 60_000;
/** Read of the log at once, and at most so often. */
const PAGE = 500;
const PAGES_MAX = 20;
const SUSPECTS_MAX = 500;
/** With fewer requests where a change did not reach, what came before it is compared with. */
const OTHERS_MIN = 20;
const SHOWN_MAX = 8;
const EVIDENCE_MS = 300_000;
const STEP_MS = 10_000;

/** How likely changes of a kind break something; what is not listed moves traffic or its rules. */
const WEIGHTS: Partial<Record<ChangeKind, number>> = {
  "service.register": 0.1,
  "service.remove": 0.5,
  "version.register": 0.1,
  "version.remove": 0.5,
  "evidence.record": 0.1,
  "evidence.withdraw": 0.1,
  "evidence.observe": 0.02,
  "verification.publish": 0.02,
  "plan.create": 0.02,
  "plan.pause": 0.05,
  "plan.stop": 0.05,
  "release.create": 0.6,
  "lifecycle.set": 0.1,
  "instance.register": 0.3,
  "instance.remove": 0.7,
};

const NO_SUSPECTS = ["alert.", "automation.", "approval.", "channel.", "freeze.", "strategy.", "governance."];

/** Recent changes, ranked by how likely the alert comes from them, each with what takes it back. */
export function diagnose({ engine, telemetry }: DiagnosisParts, alert: Alert): DiagnosisView {
  const state = engine.state();
  const onsetMs = Date.parse(alert.since);
  const { changes: before, isWhole } = changesBefore(engine, alert, onsetMs);
  const undone = new Set([...engine.changes({ limit: PAGE }), ...before].flatMap(({ undoes }) => (undoes === undefined ? [] : [undoes])));
  const changes = before.filter((change) => isSuspect(change, onsetMs) && !undone.has(change.id)).slice(0, SUSPECTS_MAX);
  const byId = new Map(changes.map((change) => [change.id as string, change]));
  const figures = new OnsetFigures(telemetry, onsetMs);
  const ranked = rankCauses({
    service: alert.service,
    onsetMs,
    suspects: changes.map(({ at, id, kind, services }) => ({ id, atMs: Date.parse(at), services, weight: WEIGHTS[kind] ?? 1 })),
    calls: callsOf(state, telemetry),
    evidence: ({ id }) => evidenceOf(state, byId.get(id) as Change, alert, figures),
  });
  const causes = ranked.slice(0, SHOWN_MAX).flatMap(({ id, likelihood, parts }): CauseView[] => {
    const change = byId.get(id);
    if (change === undefined) return [];
    const { at, author, kind, reason, subject } = change;
    return [{ change: id, at, kind, subject, author, reason, likelihood, parts, reverse: reverseOf(state, change) }];
  });
  return { alert: alert.id, onset: alert.since, sentence: sentenceOf(causes, isWhole), causes };
}

/** The changes from the alert back to an hour before its onset, newest first. `isWhole`: none of that time was left unread. */
function changesBefore(
  engine: DiagnosisParts["engine"],
  { id }: Alert,
  onsetMs: number,
): { readonly changes: readonly Change[]; readonly isWhole: boolean } {
  const changes: Change[] = [];
  // An alert goes by the seq of the change that it fired with.
  let beforeSeq = Number(id.split("-").at(-1)) || Number.MAX_SAFE_INTEGER;
  for (let page = 0; page < PAGES_MAX; page++) {
    const read = engine.changes({ limit: PAGE, beforeSeq });
    changes.push(...read);
    const oldest = read.at(-1);
    if (oldest === undefined || read.length < PAGE || Date.parse(oldest.at) < onsetMs - BEFORE_MS) return { changes, isWhole: true };
    beforeSeq = oldest.seq;
  }
  return { changes, isWhole: false };
}

function isSuspect({ at, kind }: Change, onsetMs: number): boolean {
  const atMs = Date.parse(at);
  return atMs >= onsetMs - BEFORE_MS && atMs <= onsetMs + AFTER_MS && !NO_SUSPECTS.some((prefix) => kind.startsWith(prefix));
}

function sentenceOf([first, second]: readonly CauseView[], isWhole: boolean): string {
  if (first === undefined) {
    const nothing = isWhole
      ? "Nothing was changed in the hour before"
      : `Nothing of the ${PAGE * PAGES_MAX} changes before it may be its cause, and older ones were not read`;
    return `${nothing}: look at the instances, the load and what the services depend on outside the mesh.`;
  }
  const by = `${first.kind} of ${shortened(first.subject)} by ${first.author}`;
  const share = `${Math.round(first.likelihood * 100)} %`;
  if (second === undefined || first.likelihood > 2 * second.likelihood) return `Most likely ${by} (${share}).`;
  return `Perhaps ${by} (${share}), or ${second.kind} of ${shortened(second.subject)} (${Math.round(second.likelihood * 100)} %).`;
}

/** At most a few of the names in a change's subject. */
function shortened(subject: string): string {
  return listed(subject.split(", "), 3);
}

function reverseOf(state: MeshState, change: Change): ReverseAction | null {
  const { events, id, kind, services, undoable } = change;
  const releases = events.flatMap((event) =>
    event.kind === "release-moved" ? [event.release] : event.kind === "release-created" ? [event.release.id] : [],
  );
  const release = releases.map((each) => state.releases.get(each)).find((each) => each !== undefined && !hasEnded(each));
  if (release !== undefined && kind.startsWith("release.")) {
    return { kind: "release-rollback", target: release.id, method: "POST", path: `/api/v1/releases/${release.id}/rollback`, rev: null };
  }
  if (undoable) return { kind: "undo", target: id, method: "POST", path: `/api/v1/changes/${id}/undo`, rev: null };
  const service = services.length === 1 ? state.services.get(services[0] as ServiceName) : undefined;
  if (service === undefined || !events.some((event) => event.kind === "weights-set")) return null;
  return { kind: "rollback", target: service.name, method: "POST", path: `/api/v1/services/${service.name}/rollback`, rev: service.rev };
}

/** Who calls whom: as seen in the last minute, and as versions that are live require. */
function callsOf({ services }: MeshState, telemetry: DiagnosisParts["telemetry"]): readonly ServicePair[] {
  const seen = telemetry.edges(60_000).map(({ callee, caller }) => ({ caller: caller.service, callee: callee.service }));
  const required = [...services.values()].flatMap((service) =>
    [...liveVersions(service)].flatMap((version) =>
      Object.keys(service.versions.get(version)?.requirements ?? {}).map((callee) => ({ caller: service.name as string, callee })),
    ),
  );
  return [...seen, ...required];
}

/** What fails where the change reached, and where it did not. */
function evidenceOf(state: MeshState, change: Change, alert: Alert, figures: OnsetFigures): HarmEvidence | null {
  const raised = raisedVersion(state, change, alert.service);
  if (raised !== null) {
    const { service, version } = raised;
    const exposed = figures.of({ calleeService: service, calleeVersion: version });
    const others = minus(figures.of({ calleeService: service }), exposed);
    const exposedName = `${service} ${version}`;
    if (others.requests >= OTHERS_MIN) return { exposed, unexposed: others, exposedName, unexposedName: `other versions of ${service}` };
    // All requests go to it: what is left to compare with is how it was before.
    const unexposed = figures.before({ calleeService: service }, Date.parse(change.at));
    return { exposed, unexposed, exposedName, unexposedName: `${service} before` };
  }
  const [service] = change.services;
  if (service === undefined || alert.service === null || alert.service === service) return null;
  const exposed = figures.of({ calleeService: service, callerService: alert.service });
  const unexposed = minus(figures.of({ calleeService: alert.service }), exposed);
  return { exposed, unexposed, exposedName: `calls to ${service}`, unexposedName: "all others" };
}

/** The version that got the most weight by a change, of the service that the alert is about where the change touched it; null where none got more. */
function raisedVersion(
  { services }: MeshState,
  { id, services: touched }: Change,
  first: string | null,
): { readonly service: string; readonly version: Version } | null {
  for (const name of touched.toSorted((left, right) => Number(right === first) - Number(left === first))) {
    const moved = services.get(name)?.weightsHistory.find(({ changeId }) => changeId === id);
    if (moved === undefined) continue;
    const gains = Object.entries(moved.after).map(([version, weightBp]) => ({ version, gain: weightBp - (moved.before[version] ?? 0) }));
    const most = gains.filter(({ gain }) => gain > 0).toSorted((left, right) => right.gain - left.gain)[0];
    if (most !== undefined) return { service: name, version: most.version as Version };
  }
  return null;
}

/** Requests and failures in the minutes after the onset, and before a change. */
class OnsetFigures {
  readonly #telemetry: Pick<TelemetryStore, "series">;
  readonly #onsetMs: number;

  constructor(telemetry: Pick<TelemetryStore, "series">, onsetMs: number) {
    this.#telemetry = telemetry;
    this.#onsetMs = onsetMs;
  }

  of(selector: SeriesSelector): Counted {
    return this.#between(selector, this.#onsetMs - STEP_MS, this.#onsetMs + EVIDENCE_MS);
  }

  /** In the minutes before a change. */
  before(selector: SeriesSelector, atMs: number): Counted {
    return this.#between(selector, atMs - EVIDENCE_MS, atMs);
  }

  #between(selector: SeriesSelector, fromMs: number, toMs: number): Counted {
    return countedIn(this.#telemetry.series(selector, fromMs, toMs, STEP_MS));
  }
}

function minus(whole: Counted, part: Counted): Counted {
  return { requests: Math.max(0, whole.requests - part.requests), failed: Math.max(0, whole.failed - part.failed) };
}
