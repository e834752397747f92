/**
 * Moves every release under way, one change each (`release.advance`).
 *
 * A release is looked at when something moved that it waits for: its own change, an acknowledgement while it settles, a block of its judge, the end of its pause.
 * Each has one time at which it is due; one timer runs to the earliest of them, so that releases that wait cost nothing. Changes are made one after the other with
 * time for others in between: what goes back comes before what goes on.
 * What is refused is waited for and tried again (freezes, versions that are not ready, capacity), with the sentence of the refusal; what cannot become right by
 * waiting pauses the release (`stall`). All that counts is in `state.releases`: a new process over the same log goes on where the old one was.
 */
import type { Change, ChangeAuthor, Command, MeshState, Refusal, Release, ReleaseFinding, ServiceName } from "../model/index.ts";
import { isUnderWay } from "../release/index.ts";
import type { CancelTimer, Clock, Result } from "../std/index.ts";
import { INTERLOCK } from "./live-evidence.ts";
import { JUDGE_BLOCK_MS, type ReleaseJudges } from "./release-judges.ts";
import { type NextStep, nextStepOf, SETTLE_EVERY_MS } from "./release-step.ts";
import { wavesToMove } from "./release-waves.ts";
import type { SplitPhaseView } from "./views.ts";

const RETRY_MS = 2_000;
/** Refusals that waiting does not mend. */
const FINAL: readonly Refusal["code"][] = ["compatibility.refused", "release.stale", "version.unknown", "service.unknown", "input.invalid"];

export interface ReleaseExecutorParts {
  readonly clock: Clock;
  readonly state: () => MeshState;
  readonly judges: ReleaseJudges;
  readonly phases: (service: ServiceName) => readonly SplitPhaseView[];
  readonly acceptance: (service: ServiceName) => { readonly acknowledged: number; readonly proxies: number };
  readonly rps: (service: ServiceName) => number;
  /** Changes of a service, newest first. */
  readonly changes: (service: ServiceName) => readonly Change[];
  readonly execute: (command: Command, author: ChangeAuthor) => Promise<Result<unknown, Refusal>>;
  readonly onFault: (error: unknown) => void;
}

interface Waiting {
  readonly sentence: string | null;
  readonly isSettling: boolean;
  /** On the monotonic clock. */
  readonly dueMs: number;
}

export class ReleaseExecutor {
  readonly #parts: ReleaseExecutorParts;
  readonly #waiting = new Map<string, Waiting>();
  readonly #queue = new Set<string>();
  readonly #stopBlocks: CancelTimer;
  #timer: { readonly atMs: number; readonly cancel: CancelTimer } | null = null;
  #isWalking = false;
  #isClosed = false;
  /** When the move of each release that settles was first seen here; how long the last way back took. */
  readonly #movedMs = new Map<string, number>();
  #settleMs: number | null = null;

  constructor(parts: ReleaseExecutorParts) {
    this.#parts = parts;
    parts.judges.look(this.#judged());
    this.#stopBlocks = parts.clock.every(JUDGE_BLOCK_MS, () => this.block());
    this.#enqueue([...this.#underWay().map(({ id }) => id), WAVES]);
  }

  /** What a release waits for; null where it waits for nothing. */
  waitingFor({ id }: Pick<Release, "id">): string | null {
    return this.#waiting.get(id)?.sentence ?? null;
  }

  /** How long the last move took until every proxy had it; null before the first. */
  get settleMs(): number | null {
    return this.#settleMs;
  }

  /** A change was recorded. */
  changed({ events, services }: Change): void {
    const { releases } = this.#parts.state();
    const touched = events.flatMap((event) =>
      event.kind === "release-created" ? [event.release.id] : event.kind === "release-moved" ? [event.release] : [],
    );
    for (const id of touched) {
      const release = releases.get(id);
      if (release === undefined || !isUnderWay(release)) this.#forget(id);
      else this.#movedMs.set(id, this.#parts.clock.monotonicMs());
    }
    const named = new Set<string>(services);
    const near = this.#waiting.size === 0 ? [] : this.#underWay().filter(({ service }) => named.has(service));
    const isPlan = events.some(({ kind }) => kind === "plan-moved") || touched.some((id) => releases.get(id)?.plan != null);
    this.#enqueue([...touched, ...near.map(({ id }) => id)].filter((id) => releases.has(id)));
    if (isPlan) this.#enqueue([WAVES]);
  }

  /** A proxy acknowledged, came or went, or a phase moved. */
  acknowledged(): void {
    this.#enqueue([...this.#waiting].filter(([, { isSettling }]) => isSettling).map(([id]) => id));
  }

  /** A block for every judge. */
  block(): void {
    if (this.#isClosed) return;
    const judged = this.#judged();
    this.#parts.judges.look(judged);
    this.#parts.judges.keepOnly(this.#parts.state().releases);
    this.#enqueue(judged.map(({ id }) => id));
  }

  close(): void {
    this.#isClosed = true;
    this.#stopBlocks();
    this.#timer?.cancel();
  }

  #enqueue(ids: readonly string[]): void {
    for (const id of ids) this.#queue.add(id);
    if (this.#isWalking || this.#isClosed || this.#queue.size === 0) return;
    this.#isWalking = true;
    void this.#walk()
      .catch(this.#parts.onFault)
      .finally(() => {
        this.#isWalking = false;
        this.#arm();
        if (this.#queue.size > 0) this.#enqueue([]);
      });
  }

  /** Looks at everything that is queued; makes the changes one after the other. */
  async #walk(): Promise<void> {
    // Whoever tells of a change is told of the next one only after it.
    await Promise.resolve();
    const acts: { readonly id: string; readonly finding: ReleaseFinding }[] = [];
    const isPlanDue = this.#queue.delete(WAVES);
    for (const id of [...this.#queue]) {
      this.#queue.delete(id);
      const next = this.#look(id);
      if (next?.kind === "act") acts.push({ id, finding: next.finding });
    }
    const isBack = ({ finding }: { readonly finding: ReleaseFinding }) =>
      finding.kind === "fail" ? 0 : finding.kind === "settled" ? 1 : 2;
    for (const { finding, id } of acts.sort((left, right) => isBack(left) - isBack(right))) {
      if (this.#isClosed) return;
      await this.#act(id, finding);
      if (acts.length > 1) await this.#breathe();
    }
    if (isPlanDue) await this.#moveWaves();
  }

  #look(id: string): NextStep | null {
    const { judges, phases, acceptance, changes, clock, rps, state } = this.#parts;
    const release = state().releases.get(id);
    const service = release === undefined ? undefined : state().services.get(release.service);
    if (release === undefined || service === undefined || !isUnderWay(release)) {
      this.#forget(id);
      return null;
    }
    const { arms, stepRequests } = judges.of(release);
    const next = nextStepOf({
      release,
      service,
      wallMs: clock.wallMs(),
      phases: phases(release.service),
      acceptance: acceptance(release.service),
      verdict: judges.verdict(release),
      stepRequests,
      arms,
      happened: (kind) => changes(release.service).some((change) => change.kind === kind && change.at > release.stepSince),
      rps: () => rps(release.service),
    });
    if (next.kind === "wait")
      this.#waitFor(id, next.sentence, next.atMs === null ? null : next.atMs - clock.wallMs(), next.isSettling === true);
    if (next.kind === "act" || next.isSettling !== true) this.#settled(id);
    return next;
  }

  async #act(id: string, finding: ReleaseFinding): Promise<void> {
    const release = this.#parts.state().releases.get(id);
    if (release === undefined) return;
    const { attempt, state, step, stepSince, weightBp } = release;
    const from = { attempt, state, step, stepSince, weightBp };
    const done = await this.#parts.execute({ kind: "release.advance", release: id, from, finding }, authorOf(release, finding));
    if (done.ok) {
      this.#waiting.delete(id);
      return;
    }
    const { code, detail, problems } = done.error;
    if (code === "release.state") return this.#waitFor(id, null, SETTLE_EVERY_MS, false);
    const isFinal = finding.kind === "advance" && [code, ...problems.map((problem) => problem.code)].some((each) => FINAL.includes(each));
    const sentence = finding.kind === "fail" ? `It should go back, and cannot yet: ${detail}` : detail;
    if (!isFinal) return this.#waitFor(id, sentence, RETRY_MS, false);
    const stall: ReleaseFinding = { kind: "stall", because: detail };
    const stopped = await this.#parts.execute({ kind: "release.advance", release: id, from, finding: stall }, authorOf(release, stall));
    if (!stopped.ok) this.#waitFor(id, stopped.error.detail, RETRY_MS, false);
  }

  /** Plans that are walked by releases: the next wave, or the way back. */
  async #moveWaves(): Promise<void> {
    for (const { because, command, plan } of wavesToMove(this.#parts.state())) {
      if (this.#isClosed) return;
      const done = await this.#parts.execute(command, { author: INTERLOCK, via: "engine", reason: `${plan}: ${because}` });
      if (done.ok) this.#waiting.delete(WAVES);
      else this.#waitFor(WAVES, done.error.detail, RETRY_MS, false);
      await this.#breathe();
    }
  }

  #waitFor(id: string, sentence: string | null, inMs: number | null, isSettling: boolean): void {
    const dueMs = inMs === null ? Number.POSITIVE_INFINITY : this.#parts.clock.monotonicMs() + Math.max(0, inMs);
    this.#waiting.set(id, { sentence, isSettling, dueMs });
  }

  #settled(id: string): void {
    const sinceMs = this.#movedMs.get(id);
    if (sinceMs === undefined) return;
    this.#movedMs.delete(id);
    this.#settleMs = this.#parts.clock.monotonicMs() - sinceMs;
  }

  /** One timer, to the earliest that is due. */
  #arm(): void {
    if (this.#isClosed) return;
    let atMs = Number.POSITIVE_INFINITY;
    for (const { dueMs } of this.#waiting.values()) atMs = Math.min(atMs, dueMs);
    if (this.#timer?.atMs === atMs) return;
    this.#timer?.cancel();
    this.#timer = null;
    if (atMs === Number.POSITIVE_INFINITY) return;
    const cancel = this.#parts.clock.after(Math.min(Math.max(1, atMs - this.#parts.clock.monotonicMs()), 2 ** 31 - 1), () => this.#fire());
    this.#timer = { atMs, cancel };
  }

  #fire(): void {
    this.#timer = null;
    const nowMs = this.#parts.clock.monotonicMs();
    const due = [...this.#waiting].filter(([, { dueMs }]) => dueMs <= nowMs).map(([id]) => id);
    if (due.length === 0) this.#arm();
    else this.#enqueue(due);
  }

  #forget(id: string): void {
    this.#settled(id);
    this.#waiting.delete(id);
    this.#parts.judges.ended(id);
  }

  #underWay(): readonly Release[] {
    return [...this.#parts.state().releases.values()].filter(isUnderWay);
  }

  #judged(): readonly Release[] {
    return [...this.#parts.state().releases.values()].filter(({ state }) => state === "running" || state === "promoting");
  }

  #breathe(): Promise<void> {
    return new Promise((resolve) => this.#parts.clock.after(0, resolve));
  }
}

/** In the queue it stands for plans that are walked by releases. */
const WAVES = "plans";

function authorOf({ id }: Release, finding: ReleaseFinding): ChangeAuthor {
  const why =
    finding.kind === "fail" || finding.kind === "stall"
      ? `${finding.kind === "fail" ? finding.by : "engine"}: ${finding.because}`
      : finding.kind;
  return { author: INTERLOCK, via: "engine", reason: `${id}: ${why}` };
}
