import type { ServiceCall } from "../compatibility/index.ts";
import type { Change, ChangeAuthor, Command, MeshState, Refusal, Release, ServiceName, VersionRef } from "../model/index.ts";
import { evaluateMetric, type MetricSource, parseMetric } from "../policy/index.ts";
import type { JudgeStorage } from "../registry/index.ts";
import { type Confound, isUnderWay, verdictOf } from "../release/index.ts";
import type { CancelTimer, Clock, Result } from "../std/index.ts";
import type { TelemetryStore } from "../telemetry/index.ts";
import type { EngineNotice } from "./mesh-engine.ts";
import { PromotionWatch } from "./promotion-watch.ts";
import { ReleaseExecutor } from "./release-executor.ts";
import { ReleaseJudges } from "./release-judges.ts";
import { trafficLook } from "./traffic-look.ts";
import {
  confoundsIn,
  type ReleasePlace,
  type ReleaseSummary,
  type ReleaseView,
  releaseOrder,
  releasePlace,
  releaseSummary,
  releaseView,
} from "./views/releases.ts";
import type { SplitPhaseView } from "./views.ts";

interface ReleaseFilter {
  readonly service?: string;
  readonly active?: boolean;
  readonly limit?: number;
  readonly after?: ReleasePlace;
}

/** Releases as people look at them; the releases themselves are in the state. */
export interface ReleaseFace {
  /** Those under way first, then the newest; `after` a place in that order. */
  list(filter?: ReleaseFilter): readonly ReleaseSummary[];
  /** A release, of the state or of a dry run, with how it stands now. */
  show(release: Release): ReleaseView;
}

export interface ReleaseDeskParts {
  readonly clock: Clock;
  readonly telemetry: TelemetryStore;
  readonly storage: JudgeStorage | undefined;
  readonly state: () => MeshState;
  readonly ready: (ref: VersionRef) => readonly string[];
  readonly phases: (service: ServiceName) => readonly SplitPhaseView[];
  readonly acceptance: (service: ServiceName) => { readonly acknowledged: number; readonly proxies: number };
  /** Services seen calling each other. */
  readonly calls: () => readonly ServiceCall[];
  readonly changes: (service: ServiceName) => readonly Change[];
  readonly metrics: () => MetricSource;
  readonly execute: (command: Command, author: ChangeAuthor) => Promise<Result<unknown, Refusal>>;
  readonly watch: (listener: (notice: EngineNotice) => void) => CancelTimer;
  /** A version became worse after its release. */
  readonly tellWorse: (subject: VersionRef, sentence: string) => void;
  readonly onFault: (error: unknown) => void;
}

/** Moves the releases under way, and shows all of them. */
export interface ReleaseDesk extends ReleaseFace {
  close(): void;
}

export function createReleaseDesk(parts: ReleaseDeskParts): ReleaseDesk {
  const { acceptance, changes, clock, execute, onFault, phases, ready, state, storage, telemetry } = parts;
  const judges = new ReleaseJudges({
    clock,
    telemetry,
    ...(storage === undefined ? {} : { storage }),
    state,
    ready,
    evaluate: () => evaluator(parts.metrics),
    onFault,
  });
  const rps = (service: ServiceName) => trafficLook(telemetry).rps(service);
  const executor = new ReleaseExecutor({ clock, state, judges, phases, acceptance, rps, changes, execute, onFault });
  const promotions = new PromotionWatch({ clock, telemetry, state, judgeOf: (release) => judges.of(release).judge, tell: parts.tellWorse });
  const stopWatching = parts.watch((notice) => {
    if (notice.kind === "change") executor.changed(notice.change);
    else if (notice.kind === "acceptance") executor.acknowledged();
  });
  const factsOf = (release: Release, confounds: readonly Confound[]) => {
    const judged = judges.of(release);
    return {
      judged,
      verdict: judged.judge.blocks === 0 ? verdictOf(judged.judge) : judges.verdict(release),
      phases: isUnderWay(release) && state().services.has(release.service) ? phases(release.service) : [],
      waitingFor: isUnderWay(release) ? executor.waitingFor(release) : null,
      confounds,
      rps: isUnderWay(release) ? rps(release.service) : 0,
      settleMs: executor.settleMs,
    };
  };
  const confounds = () => confoundsIn(state(), parts.calls());
  return {
    list({ active, after, limit = Number.POSITIVE_INFINITY, service } = {}) {
      const found = confounds();
      return [...state().releases.values()]
        .filter((release) => service === undefined || release.service === service)
        .map((release) => ({ release, place: releasePlace(release) }))
        .filter(({ place }) => active === undefined || place.isUnderWay === active)
        .filter(({ place }) => after === undefined || releaseOrder(after, place) < 0)
        .sort((left, right) => releaseOrder(left.place, right.place))
        .slice(0, limit)
        .map(({ release }) => releaseSummary(release, factsOf(release, found.get(release.id) ?? [])));
    },
    show: (release) => releaseView(release, factsOf(release, confounds().get(release.id) ?? [])),
    close() {
      stopWatching();
      promotions.close();
      executor.close();
    },
  };
}

/** One look at the mesh for all metrics of a round; what cannot be read has no data. */
function evaluator(metrics: () => MetricSource): (query: string) => number | null {
  let source: MetricSource | null = null;
  return (query) => {
    const parsed = parseMetric(query);
    if (!parsed.ok) return null;
    source ??= metrics();
    return evaluateMetric(parsed.value, source);
  };
}
