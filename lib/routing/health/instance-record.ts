import type { SnapshotEndpoint } from "../../model/index.ts";
import { Member } from "../balance/member.ts";
import { CheckStreak } from "./check-streak.ts";
import type { Moment } from "./health-note.ts";
import { Outlier } from "./outlier.ts";
import { slowStartFactor } from "./slow-start.ts";

/** What is known of the health of one instance. `ServiceHealth` steps it; everybody else sees its `member`. */
export class InstanceRecord {
  readonly member: Member;
  readonly outlier = new Outlier();
  readonly check = new CheckStreak();
  /** Monotonic; in the past: not avoided. */
  avoidedUntilMs = Number.NEGATIVE_INFINITY;
  /** Requests that wait for the first byte of their answers. */
  waiting = 0;
  /** While requests wait: since when nothing has been heard of it. */
  silentSinceMs = 0;
  #warmSinceMs: number;

  constructor(endpoint: SnapshotEndpoint, now: Moment) {
    this.member = new Member(endpoint);
    const { sinceMs } = endpoint;
    // Registered in the future means that the clocks differ: then it is new now.
    this.#warmSinceMs = sinceMs === undefined ? Number.NEGATIVE_INFINITY : now.monotonicMs - Math.max(0, now.wallMs - sinceMs);
  }

  /** Whether the endpoint is this very instance: not one that came later under the same name, or moved. */
  isOf({ address, port, sinceMs }: SnapshotEndpoint): boolean {
    const { endpoint } = this.member;
    const isYounger = sinceMs !== undefined && sinceMs !== endpoint.sinceMs;
    return !isYounger && endpoint.address === address && endpoint.port === port;
  }

  /** It is back, and warms up again. */
  restart(nowMs: number): void {
    this.#warmSinceMs = nowMs;
  }

  /** Says whether its health changed. */
  refresh(nowMs: number, slowStartMs: number): boolean {
    const { member } = this;
    const factor = slowStartFactor(nowMs - this.#warmSinceMs, slowStartMs);
    if (factor !== member.slowStart) member.slowStart = factor;
    const isHealthy = this.outlier.ejectedUntilMs === null && this.check.isGood && this.avoidedUntilMs <= nowMs;
    if (isHealthy === member.isHealthy) return false;
    member.isHealthy = isHealthy;
    return true;
  }

  requestSent(nowMs: number): void {
    if (this.waiting === 0) this.silentSinceMs = nowMs;
    this.waiting++;
  }

  /** Its answer began, or nobody waits for it any more. */
  waitEnded(nowMs: number, answered: boolean): void {
    if (this.waiting > 0) this.waiting--;
    if (answered) this.silentSinceMs = nowMs;
  }
}
