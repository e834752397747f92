/**
 * The four phases of the last change of a service's weights, each with what proves it.
 *
 *   ready         → each version that got more weight has a ready instance; looked at until the weights are out, and where it failed until it is so
 *   acknowledged  → each connected proxy knows these instances; failed when the weights had to go without (see `weight-holds`)
 *   weight        → each connected proxy serves the new weights
 *   drain         → no connected proxy has a request under way to a version that lost all its weight
 *
 * A phase that is done stays done; one that failed may still become done. Nothing is kept on disk: after a restart the phases are proven anew from what
 * proxies say when they connect, and `at` is when that was.
 */
import type { InstanceId, MeshState, Service, ServiceName, Version, VersionRef, Weights, WeightsChange } from "../model/index.ts";
import type { Clock } from "../std/index.ts";
import { unawareProxies } from "./make-before-break.ts";
import type { StandingProxy } from "./proxies/known-proxy.ts";
import type { SplitPhaseView } from "./views.ts";
import type { HoldOutcome } from "./weight-holds.ts";

/** Where proxies do not count requests under way, a version has drained when none has ended for this long after the weights. */
const SILENCE_MS = 15_000;

type Phase = SplitPhaseView["phase"];
type Standing = readonly [state: SplitPhaseView["state"], proof: string];

export interface SplitPhasesParts {
  readonly clock: Clock;
  readonly state: () => MeshState;
  readonly proxies: () => readonly StandingProxy[];
  /** Instances of a version that take requests. */
  readonly ready: (ref: VersionRef) => readonly InstanceId[];
  /** Proxies that held weights wait for; undefined where nothing is held. */
  readonly waitingFor: (service: ServiceName) => readonly StandingProxy[] | undefined;
  /** Requests to a version that ended lately. */
  readonly requestsTo: (ref: VersionRef) => number;
}

interface Entry {
  readonly changeId: string;
  readonly rev: number;
  readonly phases: Map<Phase, SplitPhaseView>;
  outcome: HoldOutcome | null;
  weightMs: number | null;
}

const PHASES = ["ready", "acknowledged", "weight", "drain"] as const;

export class SplitPhases {
  readonly #parts: SplitPhasesParts;
  readonly #entries = new Map<ServiceName, Entry>();

  constructor(parts: SplitPhasesParts) {
    this.#parts = parts;
  }

  /** As they are now; empty for a split that was never set. */
  of(service: Service): readonly SplitPhaseView[] {
    const change = service.weightsHistory.at(-1);
    if (change === undefined) return [];
    const entry = this.#entryOf(service, change);
    if (!isOver(entry)) this.#prove(service, change, entry);
    return PHASES.flatMap((phase) => entry.phases.get(phase) ?? []);
  }

  /** A change was made: those of its services whose weights moved begin anew. */
  changed(services: readonly ServiceName[]): void {
    for (const name of services) {
      const service = this.#parts.state().services.get(name);
      if (service !== undefined) this.of(service);
    }
  }

  /** Looks at everything that is not done; true when something moved. */
  look(): boolean {
    let moved = false;
    const { services } = this.#parts.state();
    for (const [name, entry] of this.#entries) {
      const service = services.get(name);
      if (service === undefined) this.#entries.delete(name);
      else if (!isOver(entry)) {
        const before = JSON.stringify([...entry.phases.values()]);
        moved = JSON.stringify(this.of(service)) !== before || moved;
      }
    }
    return moved;
  }

  /** The wait for proxies of a change is over. */
  released(outcome: HoldOutcome): void {
    for (const name of outcome.services.keys()) {
      const service = this.#parts.state().services.get(name);
      const change = service?.weightsHistory.at(-1);
      if (service !== undefined && change !== undefined) this.#entryOf(service, change).outcome = outcome;
    }
  }

  #entryOf(service: Service, { changeId }: WeightsChange): Entry {
    const known = this.#entries.get(service.name);
    if (known?.changeId === changeId) return known;
    const entry: Entry = { changeId, rev: service.rev, phases: new Map(), outcome: null, weightMs: null };
    this.#entries.set(service.name, entry);
    return entry;
  }

  #prove(service: Service, change: WeightsChange, entry: Entry): void {
    const { clock, proxies } = this.#parts;
    const stateOf = (phase: Phase) => entry.phases.get(phase)?.state;
    const gained = versionsThat(change, (before, after) => after > before);
    const standing = proxies();
    if (stateOf("weight") !== "done" || stateOf("ready") === "failed") this.#note(entry, "ready", this.#ready(service, gained));
    if (stateOf("acknowledged") !== "done") this.#note(entry, "acknowledged", this.#acknowledged(service, gained, entry, standing));
    const isHeld = this.#parts.waitingFor(service.name) !== undefined;
    if (stateOf("weight") !== "done")
      this.#note(entry, "weight", isHeld ? ["waiting", "The instances go first."] : weight(service.name, entry.rev, standing));
    if (stateOf("weight") === "done") entry.weightMs ??= clock.monotonicMs();
    this.#note(
      entry,
      "drain",
      entry.weightMs === null ? ["waiting", "The weights go first."] : this.#drain(service, change, entry.weightMs, standing),
    );
  }

  #note(entry: Entry, phase: Phase, [state, proof]: Standing): void {
    const known = entry.phases.get(phase);
    if (known?.state === state && known.proof === proof) return;
    const isMoved = known?.state !== state;
    const at = state === "waiting" ? null : isMoved ? new Date(this.#parts.clock.wallMs()).toISOString() : (known?.at ?? null);
    entry.phases.set(phase, { phase, state, at, proof });
  }

  #ready({ name }: Service, gained: readonly Version[]): Standing {
    if (gained.length === 0) return ["done", "No version got more weight."];
    const counts = gained.map((version) => ({ version, ready: this.#parts.ready({ service: name, version }).length }));
    const without = counts.filter(({ ready }) => ready === 0);
    if (without.length > 0) return ["failed", `${name} ${without.map(({ version }) => version).join(", ")} has no ready instance.`];
    return [
      "done",
      `${counts.map(({ version, ready }) => `${count(ready, "ready instance", "ready instances")} of ${version}`).join(", ")}.`,
    ];
  }

  #acknowledged({ name }: Service, gained: readonly Version[], { outcome }: Entry, standing: readonly StandingProxy[]): Standing {
    if (gained.length === 0) return ["done", "No version got more weight."];
    const waiting = this.#parts.waitingFor(name);
    if (waiting !== undefined) return ["running", `The weights wait until the instances are known to ${namesOf(waiting)}.`];
    if (outcome !== null && outcome.unaware.length > 0) {
      const refusals = outcome.unaware.flatMap(({ id, nack }) =>
        nack === null ? [] : [`${id} refused snapshot ${nack.version}: ${nack.detail}`],
      );
      const why = refusals.length === 0 ? "" : ` ${refusals.join(" ")}`;
      return ["failed", `The weights went out although the instances were not acknowledged in time by ${namesOf(outcome.unaware)}.${why}`];
    }
    if (standing.length === 0) return ["running", "No proxy is connected."];
    const ids = gained.flatMap((version) => this.#parts.ready({ service: name, version }));
    const silent = standing.filter(({ ackedVersion }) => ackedVersion === null);
    const unaware = [...silent, ...unawareProxies(new Map([[name, ids]]), standing)];
    if (unaware.length > 0) return ["running", `The instances are not acknowledged by ${namesOf(unaware)}.`];
    return ["done", `${count(standing.length, "proxy knows", "proxies know")} every instance of ${gained.join(", ")}.`];
  }

  #drain(service: Service, change: WeightsChange, weightMs: number, standing: readonly StandingProxy[]): Standing {
    const lost = versionsThat(change, (before, after) => before > 0 && after === 0);
    if (lost.length === 0) return ["done", "No version lost all its weight."];
    if (standing.length === 0) return ["running", "No proxy is connected."];
    const versions = lost.join(", ");
    const requests = standing
      .flatMap(({ draining }) => draining ?? [])
      .filter((each) => each.service === service.name && lost.includes(each.version))
      .reduce((sum, each) => sum + each.requests, 0);
    if (requests > 0) return ["running", `${count(requests, "request is", "requests are")} under way to ${versions}.`];
    const silent = standing.filter(({ draining }) => draining === null);
    if (silent.length === 0) return ["done", `${count(standing.length, "proxy has", "proxies have")} no request to ${versions} under way.`];
    const ended = lost.reduce((sum, version) => sum + this.#parts.requestsTo({ service: service.name, version }), 0);
    const quiet = `no request to ${versions} ended for ${SILENCE_MS / 1_000} s`;
    if (ended === 0 && this.#parts.clock.monotonicMs() - weightMs >= SILENCE_MS) return ["done", `By silence: ${quiet}.`];
    return ["running", `Waits until ${quiet}: requests under way are not counted by ${namesOf(silent)}.`];
  }
}

/** Nothing can move any more. */
function isOver({ phases }: Entry): boolean {
  return phases.get("drain")?.state === "done" && phases.get("ready")?.state !== "failed";
}

function weight(name: ServiceName, rev: number, standing: readonly StandingProxy[]): Standing {
  if (standing.length === 0) return ["running", "No proxy is connected."];
  const behind = standing.filter(({ acked }) => (acked?.services[name]?.rev ?? -1) < rev);
  if (behind.length === 0) return ["done", `${count(standing.length, "proxy serves", "proxies serve")} rev ${rev}.`];
  const refusal = behind.find(({ nack }) => nack !== null);
  if (refusal?.nack) return ["failed", `${refusal.id} refused snapshot ${refusal.nack.version}: ${refusal.nack.detail}`];
  return ["running", `Rev ${rev} is not acknowledged by ${namesOf(behind)}.`];
}

function versionsThat({ before, after }: WeightsChange, holds: (before: number, after: number) => boolean): readonly Version[] {
  const versions = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return versions.filter((version) => holds(shareOf(before, version), shareOf(after, version))).sort() as Version[];
}

function shareOf(weights: Weights, version: string): number {
  return weights[version] ?? 0;
}

const NAMED_MAX = 4;

function namesOf(proxies: readonly StandingProxy[]): string {
  const names = [...new Set(proxies.map(({ id }) => id))];
  return names.length <= NAMED_MAX ? names.join(", ") : `${names.slice(0, NAMED_MAX).join(", ")} and ${names.length - NAMED_MAX} more`;
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
