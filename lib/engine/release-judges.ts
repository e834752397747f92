/**
 * The judges of releases under way: every `JUDGE_BLOCK_MS` one block of telemetry for each, out of the exact totals of the edges into its service, so that no
 * request is seen twice. One look at the totals serves all of them.
 *
 * What a judge knows is kept in `runtime.sqlite` after each block. After a restart it goes on from there; what happened meanwhile is missing, and missing is not
 * good: the first look only notes where counters stand. A release that was begun anew is judged anew.
 */
import type { MeshState, Release, ServiceName, VersionRef } from "../model/index.ts";
import type { JudgeStorage } from "../registry/index.ts";
import {
  type Arm,
  blockOf,
  halvesOf,
  type JudgeState,
  judgeBlock,
  measuredSettings,
  startJudge,
  type Verdict,
  verdictOf,
} from "../release/index.ts";
import type { Clock } from "../std/index.ts";
import { DURATION_BOUNDS_S, type EdgeTotals, type TelemetryStore } from "../telemetry/index.ts";

/** Length of a block. */
export const JUDGE_BLOCK_MS = 5_000;
/** Verdicts that differed from the one before, of one release. */
const VERDICTS_MAX = 50;

export interface ReleaseJudgesParts {
  readonly clock: Clock;
  readonly telemetry: Pick<TelemetryStore, "totals" | "mirrorTotals" | "splitCounts" | "instances">;
  readonly storage?: JudgeStorage;
  readonly state: () => MeshState;
  readonly ready: (ref: VersionRef) => readonly string[];
  /** The figure of a metric expression now; null: no data. */
  readonly evaluate: () => (query: string) => number | null;
  readonly onFault: (error: unknown) => void;
}

/** What is known of one release. Plain data. */
export interface Judged {
  readonly attempt: number;
  readonly judge: JudgeState;
  /** Which step the counts are of: when it began. */
  readonly stepSince: string;
  /** Requests to the new version since then. */
  readonly stepRequests: number;
  /** Since the release began. */
  readonly arms: { readonly version: Arm; readonly baseline: Arm };
  readonly verdicts: readonly { readonly at: string; readonly verdict: Verdict["verdict"]; readonly sentence: string }[];
}

export class ReleaseJudges {
  readonly #parts: ReleaseJudgesParts;
  readonly #known = new Map<string, Judged>();
  readonly #verdicts = new WeakMap<JudgeState, Verdict>();
  /** Edges into each judged service at the last look. */
  #edges: ReadonlyMap<string, readonly EdgeTotals[]> = new Map();
  #lookedMs: number | null = null;
  /** Weights at the last look: a block in which one moved has no configured split. */
  readonly #weights = new Map<string, number>();

  constructor(parts: ReleaseJudgesParts) {
    this.#parts = parts;
    const releases = parts.state().releases;
    for (const [id, text] of parts.storage?.load() ?? []) {
      const judged = releases.has(id) ? readJudged(text) : null;
      if (judged === null) parts.storage?.remove(id);
      else this.#known.set(id, judged);
    }
  }

  /** What is known of a release, at its present attempt; nothing seen where nothing is. */
  of(release: Release): Judged {
    const known = this.#known.get(release.id);
    if (known === undefined || known.attempt !== release.attempt) return begun(release);
    return known.stepSince === release.stepSince ? known : { ...known, stepSince: release.stepSince, stepRequests: 0 };
  }

  verdict(release: Release): Verdict {
    const { judge } = this.of(release);
    const known = this.#verdicts.get(judge);
    if (known !== undefined) return known;
    const verdict = verdictOf(judge);
    this.#verdicts.set(judge, verdict);
    return verdict;
  }

  /** Takes one block for each of `releases`. */
  look(releases: readonly Release[]): void {
    const { clock, telemetry } = this.#parts;
    const nowMs = clock.monotonicMs();
    const ms = this.#lookedMs === null ? 0 : nowMs - this.#lookedMs;
    this.#lookedMs = nowMs;
    if (releases.length === 0) {
      this.#edges = new Map();
      this.#weights.clear();
      return;
    }
    const before = this.#edges;
    this.#edges = this.#edgesInto(releases);
    const [evaluate, instances] = [this.#parts.evaluate(), telemetry.instances(JUDGE_BLOCK_MS)];
    const dirty = new Map<string, string>();
    for (const release of releases) {
      const seen = before.get(release.service);
      const wasBp = this.#weights.get(release.id);
      this.#weights.set(release.id, release.weightBp);
      if (seen === undefined || ms <= 0) continue;
      const judged = this.#block(release, { ms, before: seen, isSteady: wasBp === release.weightBp, evaluate, instances });
      this.#known.set(release.id, judged);
      dirty.set(release.id, JSON.stringify(judged));
    }
    this.#store((storage) => storage.put(dirty));
  }

  /** Those that are over are not kept on disk. What they ended with stays readable as long as this process lives. */
  ended(release: string): void {
    this.#weights.delete(release);
    this.#store((storage) => storage.remove(release));
  }

  /** Forgets releases that the mesh has forgotten. */
  keepOnly(ids: ReadonlyMap<string, unknown>): void {
    for (const id of this.#known.keys()) if (!ids.has(id)) this.#known.delete(id);
  }

  #block(
    release: Release,
    input: {
      readonly ms: number;
      readonly before: readonly EdgeTotals[];
      readonly isSteady: boolean;
      readonly evaluate: (query: string) => number | null;
      readonly instances: ReturnType<TelemetryStore["instances"]>;
    },
  ): Judged {
    const known = this.of(release);
    const { baseline, judge: settings, service, version } = release;
    const after = this.#edges.get(service) ?? [];
    const isSplit = release.strategy.kind !== "ab" && release.strategy.kind !== "shadow";
    const counts = isSplit && input.isSteady ? this.#splitOf(release) : null;
    const block = blockOf({
      settings,
      subject: { service, version, baseline },
      ms: input.ms,
      weightBp: isSplit ? release.weightBp : null,
      before: input.before,
      after,
      boundsS: DURATION_BOUNDS_S,
      split: counts,
      halves: baseline === null ? null : halvesOf(input.instances, this.#parts.ready({ service, version: baseline })),
      evaluate: input.evaluate,
    });
    const judge = judgeBlock(known.judge, block);
    const [own, other] = [armSince(input.before, after, version), armSince(input.before, after, baseline)];
    const next = {
      ...known,
      judge,
      stepRequests: known.stepRequests + own.requests,
      arms: { version: plus(known.arms.version, own), baseline: plus(known.arms.baseline, other) },
    };
    return { ...next, verdicts: this.#withVerdict(known, judge) };
  }

  #withVerdict({ verdicts }: Judged, judge: JudgeState): Judged["verdicts"] {
    const { sentence, verdict } = verdictOf(judge);
    if (verdicts.at(-1)?.verdict === verdict) return verdicts;
    const at = new Date(this.#parts.clock.wallMs()).toISOString();
    return [...verdicts, { at, verdict, sentence }].slice(-VERDICTS_MAX);
  }

  #splitOf({ service, version }: Release): { readonly candidate: number; readonly total: number } | null {
    const epoch = this.#parts.state().services.get(service)?.splitEpoch;
    if (epoch === undefined) return null;
    const { requests } = this.#parts.telemetry.splitCounts(service, epoch, JUDGE_BLOCK_MS);
    const total = [...requests.values()].reduce((sum, count) => sum + count, 0);
    return { candidate: requests.get(version) ?? 0, total };
  }

  /** Totals of the edges into the services of releases; of a shadow, the copies that went to its version among them. */
  #edgesInto(releases: readonly Release[]): ReadonlyMap<string, readonly EdgeTotals[]> {
    const services = new Set<string>(releases.map(({ service }) => service));
    const edges = this.#parts.telemetry.totals().filter(({ callee }) => services.has(callee.service));
    const shadows = new Set(
      releases.filter(({ strategy }) => strategy.kind === "shadow").map(({ service, version }) => `${service}@${version}`),
    );
    if (shadows.size > 0)
      edges.push(...this.#parts.telemetry.mirrorTotals().filter(({ callee }) => shadows.has(`${callee.service}@${callee.version}`)));
    const grouped = new Map<string, EdgeTotals[]>([...services].map((service) => [service, []]));
    for (const edge of edges) grouped.get(edge.callee.service)?.push(edge);
    return grouped;
  }

  #store(work: (storage: JudgeStorage) => void): void {
    if (this.#parts.storage === undefined) return;
    try {
      work(this.#parts.storage);
    } catch (error) {
      this.#parts.onFault(error);
    }
  }
}

function begun({ attempt, baseline, judge, service, stepSince, version }: Release): Judged {
  const nothing = { requests: 0, bad: 0 };
  const subject = { service: service as ServiceName, version, baseline };
  return {
    attempt,
    judge: startJudge(measuredSettings(judge, DURATION_BOUNDS_S), subject),
    stepSince,
    stepRequests: 0,
    arms: { version: nothing, baseline: nothing },
    verdicts: [],
  };
}

function readJudged(text: string): Judged | null {
  try {
    return JSON.parse(text) as Judged;
  } catch {
    return null;
  }
}

/** What one version answered between two looks. A counter that went back belongs to an edge that came again: it counts from 0. */
function armSince(before: readonly EdgeTotals[], after: readonly EdgeTotals[], version: string | null): Arm {
  if (version === null) return { requests: 0, bad: 0 };
  const known = new Map(before.map((edge) => [`${edge.caller.service} ${edge.caller.version} ${edge.callee.version}`, edge]));
  let [requests, bad] = [0, 0];
  for (const edge of after) {
    if (edge.callee.version !== version) continue;
    const was = known.get(`${edge.caller.service} ${edge.caller.version} ${edge.callee.version}`);
    const base = was === undefined || was.requests > edge.requests ? { requests: 0, failed: 0 } : was;
    requests += edge.requests - base.requests;
    bad += edge.failed - base.failed;
  }
  return { requests, bad: Math.max(0, bad) };
}

function plus(left: Arm, right: Arm): Arm {
  return { requests: left.requests + right.requests, bad: left.bad + right.bad };
}
