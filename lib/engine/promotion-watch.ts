/**
 * Versions that a release brought to 100 % are watched on, for an hour: has one become worse than the version it replaced was while both were there? The detector of
 * `lib/release` alarms falsely once a week of watching at most; so what it finds is told as a health event `release-worse`, once per release, and policies may act on it.
 * Begins with what the judge of the release knows at its end, in memory only: after a restart of the engine what ended before it is no longer watched.
 */
import type { MeshState, Release, VersionRef } from "../model/index.ts";
import { blockOf, type JudgeState, type PromotedState, promotedAlarm, promotedBlock, watchPromoted } from "../release/index.ts";
import type { CancelTimer, Clock } from "../std/index.ts";
import { DURATION_BOUNDS_S, type EdgeTotals, type TelemetryStore } from "../telemetry/index.ts";
import { JUDGE_BLOCK_MS } from "./release-judges.ts";

/** For so long the version that was replaced is one that people would go back to without a second thought. */
const WATCH_MS = 3_600_000;

export interface PromotionWatchParts {
  readonly clock: Clock;
  readonly telemetry: Pick<TelemetryStore, "totals">;
  readonly state: () => MeshState;
  /** What the judge of a release that ended knows. */
  readonly judgeOf: (release: Release) => JudgeState;
  readonly tell: (subject: VersionRef, sentence: string) => void;
}

/** Watches until it is closed. */
export class PromotionWatch {
  readonly #parts: PromotionWatchParts;
  readonly #stop: CancelTimer;
  readonly #watched = new Map<string, PromotedState>();
  readonly #told = new Set<string>();
  #seen: readonly EdgeTotals[] = [];

  constructor(parts: PromotionWatchParts) {
    this.#parts = parts;
    this.#stop = parts.clock.every(JUDGE_BLOCK_MS, () => this.block());
  }

  /** Takes one block of every promoted version. */
  block(): void {
    const promoted = this.#promoted();
    const ids = new Set(promoted.map(({ id }) => id));
    for (const id of this.#watched.keys()) if (!ids.has(id)) this.#watched.delete(id);
    for (const id of this.#told) if (!ids.has(id)) this.#told.delete(id);
    const before = this.#seen;
    this.#seen = promoted.length === 0 ? [] : this.#parts.telemetry.totals();
    if (before.length > 0) for (const release of promoted) this.#take(release, before);
  }

  close(): void {
    this.#stop();
  }

  #take(release: Release, before: readonly EdgeTotals[]): void {
    const { baseline, id, service, version } = release;
    if (this.#told.has(id)) return;
    const judge = this.#parts.judgeOf(release);
    const block = blockOf({
      settings: judge.settings,
      subject: judge.subject,
      ms: JUDGE_BLOCK_MS,
      weightBp: 10_000,
      before,
      after: this.#seen,
      boundsS: DURATION_BOUNDS_S,
      evaluate: () => null,
    });
    const next = promotedBlock(this.#watched.get(id) ?? watchPromoted(judge, JUDGE_BLOCK_MS), block);
    this.#watched.set(id, next);
    const alarm = promotedAlarm(next);
    if (alarm === null) return;
    this.#told.add(id);
    this.#parts.tell(
      { service, version },
      `${alarm} It was worse than ${baseline ?? "what was there before"} ever was; ${id} brought it to 100 %.`,
    );
  }

  /** What went to 100 % within the hour, is still there, and was judged beside its baseline. */
  #promoted(): readonly Release[] {
    const { releases, services } = this.#parts.state();
    const sinceMs = this.#parts.clock.wallMs() - WATCH_MS;
    return [...releases.values()].filter(
      (release) =>
        release.state === "succeeded" &&
        Date.parse(release.movedAt) >= sinceMs &&
        services.get(release.service)?.weights[release.version] === 10_000 &&
        this.#parts.judgeOf(release).blocks > 0,
    );
  }
}
