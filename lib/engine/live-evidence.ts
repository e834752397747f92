/**
 * Turns live traffic into evidence: every `BLOCK_MS` what instances answered since the last look goes to the tests of `lib/compatibility`, and what they show is
 * recorded as a change by `interlock`, once per settled pair. Counts come from the exact totals of the telemetry store, so that no request is seen twice.
 * Begins anew with each start of the engine: the first look only notes where counters stand. A block of many pairs is taken in pieces, with time for others in between;
 * what is compared with each other stays in one piece.
 */
import { LiveTraffic, type Pair, type PairTraffic, type TrafficVerdict, trafficStanding } from "../compatibility/index.ts";
import type { Command, EdgeEnd, Refusal, ServiceName, Version, VersionRef } from "../model/index.ts";
import type { CancelTimer, Clock } from "../std/index.ts";
import type { EdgeTotals, TelemetryStore } from "../telemetry/index.ts";
import type { HealthLog } from "./health-log.ts";
import type { MeshEngine } from "./mesh-engine.ts";
import { INGRESS } from "./views/figures.ts";

/** Length of a block. */
export const BLOCK_MS = 5_000;
/** Pairs that are taken at a stretch. */
const PIECE_MAX = 250;
/** Verdicts recorded per piece; what is more waits for the next one. */
const RECORDED_MAX = 16;
const SAME_REFUSAL_MS = 3_600_000;

/** The author of what the engine finds out by itself. */
export const INTERLOCK = "interlock";

export interface LiveEvidenceParts {
  readonly clock: Clock;
  readonly telemetry: Pick<TelemetryStore, "totals">;
  readonly health: HealthLog;
  readonly engine: Pick<MeshEngine, "state" | "execute">;
  readonly onFault: (error: unknown) => void;
}

/** Watches until it is closed. */
export class LiveEvidence {
  readonly #parts: LiveEvidenceParts;
  readonly #tests: LiveTraffic;
  readonly #stop: CancelTimer;
  /** Counters at the last look; null before the first. */
  #seen: ReadonlyMap<string, EdgeTotals> | null = null;
  /** Of the blocks that were taken so far, the first first. */
  readonly #pieces: (readonly PairTraffic[])[] = [];
  #stopPieces: CancelTimer = () => {};
  #isRecording = false;
  #refusalToldMs = Number.NEGATIVE_INFINITY;

  constructor(parts: LiveEvidenceParts) {
    this.#parts = parts;
    this.#tests = new LiveTraffic((pair) => trafficStanding(parts.engine.state(), pair, this.#nowIso()));
    this.look();
    this.#stop = parts.clock.every(BLOCK_MS, () => this.look());
  }

  /** Takes one block: what is more than a piece of it soon after. */
  look(): void {
    const totals = new Map(this.#parts.telemetry.totals().map((edge) => [keyOf(edge), edge]));
    const block = this.#seen === null ? [] : differences(this.#seen, totals);
    this.#seen = totals;
    this.#stopPieces();
    this.#pieces.push(...piecesOf(block));
    this.#takePieces();
  }

  #takePieces(): void {
    const piece = this.#pieces.shift();
    if (piece === undefined) return;
    if (this.#pieces.length > 0) this.#stopPieces = this.#parts.clock.after(0, () => this.#takePieces());
    const verdicts = this.#tests.take(piece);
    if (verdicts.length === 0 || this.#isRecording) return;
    this.#isRecording = true;
    this.#record(verdicts.slice(0, RECORDED_MAX))
      .catch(this.#parts.onFault)
      .finally(() => {
        this.#isRecording = false;
      });
  }

  close(): void {
    this.#stop();
    this.#stopPieces();
  }

  async #record(verdicts: readonly TrafficVerdict[]): Promise<void> {
    for (const { consumer, provider, verdict, proof, reason } of verdicts) {
      const command: Command = {
        kind: "evidence.observe",
        source: "traffic",
        consumer,
        provider,
        constraint: "api",
        verdict,
        traffic: proof,
      };
      const recorded = await this.#parts.engine.execute(command, { author: INTERLOCK, via: "engine", reason });
      if (!recorded.ok) this.#tellRefusal({ consumer, provider }, recorded.error);
    }
  }

  /** A verdict that could not be recorded is tried again with the next block; it is told once an hour. */
  #tellRefusal({ consumer, provider }: Pair, { detail }: Refusal): void {
    const nowMs = this.#parts.clock.monotonicMs();
    if (nowMs - this.#refusalToldMs < SAME_REFUSAL_MS) return;
    this.#refusalToldMs = nowMs;
    const pair = `${consumer.service} ${consumer.version} and ${provider.service} ${provider.version}`;
    this.#parts.health.add("limit-reached", "live evidence", `What live traffic shows of ${pair} could not be recorded: ${detail}`);
  }

  #nowIso(): string {
    return new Date(this.#parts.clock.wallMs()).toISOString();
  }
}

/** A block in pieces of some hundred pairs; those that are compared, callers of one version from one service, stay together. */
function piecesOf(block: readonly PairTraffic[]): readonly (readonly PairTraffic[])[] {
  if (block.length <= PIECE_MAX) return [block];
  const groups = Map.groupBy(block, ({ consumer, provider }) => `${consumer.service}>${provider.service}@${provider.version}`);
  const pieces: PairTraffic[][] = [[]];
  for (const group of groups.values()) {
    const last = pieces.at(-1);
    if (last !== undefined && last.length < PIECE_MAX) last.push(...group);
    else pieces.push([...group]);
  }
  return pieces;
}

/** What pairs of versions did between two looks. A counter that went back belongs to an edge that was forgotten and came again: it counts from 0. */
function differences(before: ReadonlyMap<string, EdgeTotals>, after: ReadonlyMap<string, EdgeTotals>): readonly PairTraffic[] {
  return [...after].flatMap(([key, { answered, answerFailures, callee, caller }]) => {
    const [consumer, provider] = [versionOf(caller), versionOf(callee)];
    if (caller.service === INGRESS || consumer === null || provider === null) return [];
    const known = before.get(key);
    const base = known === undefined || known.answered > answered ? { answered: 0, answerFailures: 0 } : known;
    const count = { n: answered - base.answered, bad: answerFailures - base.answerFailures };
    if (count.n === 0) return [];
    return [{ consumer, provider, count }];
  });
}

function versionOf({ service, version }: EdgeEnd): VersionRef | null {
  return version === null ? null : { service: service as ServiceName, version: version as Version };
}

function keyOf({ callee, caller }: EdgeTotals): string {
  return `${caller.service} ${caller.version ?? ""} ${callee.service} ${callee.version ?? ""}`;
}
