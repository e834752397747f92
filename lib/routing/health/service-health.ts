/**
 * The health of all instances of one service as one proxy sees it: passive (outlier detection, stalled instances, refused connections),
 * active (outcomes of checks that somebody else makes) and slow start. Healthy := not ejected, checks good, not avoided.
 *
 * In: what happened to requests and checks, and `tick` a few times a second. Out: `Member.isHealthy` and `Member.slowStart` for the
 * balancers, `revision` for whoever caches by health, notes with a reason for people.
 * Stalled instance: nothing heard of it for max(1 s, 10 × the service's p99 to the first byte) although requests wait, while others answer;
 * each interval in which that holds counts as one gateway failure per request that waits.
 *
 * Invariants: at most `maxEjectionPercent` of a version's instances are ejected at a time, or one; a good check never shortens an ejection;
 * time comes from arguments only, no timers, no I/O. Nothing is remembered of instances that left.
 */
import type { EffectiveTrafficPolicy, InstanceId, ServiceName, SnapshotEndpoint } from "../../model/index.ts";
import type { MemberSource } from "../balance/endpoint-pool.ts";
import { Member } from "../balance/member.ts";
import { inSeconds, type Moment, type ReportHealth } from "./health-note.ts";
import { InstanceRecord } from "./instance-record.ts";
import { LatencyWindow } from "./latency-window.ts";
import { type FailureKind, mayEject } from "./outlier.ts";

/** What a process knows against an instance, for the process that follows it: durations, since their monotonic clocks differ. */
export interface InstanceStanding {
  readonly id: string;
  /** It has to be the same instance still. */
  readonly address: string;
  readonly port: number;
  readonly sinceMs: number | null;
  readonly ejections: number;
  /** Null: not ejected. */
  readonly ejectedForMs: number | null;
  readonly failsChecks: boolean;
}

const STALL_MS_MIN = 1_000;
const STALL_P99_FACTOR = 10;

export type HealthPolicy = Pick<EffectiveTrafficPolicy, "healthChecks" | "outlierDetection" | "slowStartMs">;

export class ServiceHealth implements MemberSource {
  readonly #service: ServiceName;
  readonly #report: ReportHealth;
  readonly #records = new Map<InstanceId, InstanceRecord>();
  readonly #latencies = new LatencyWindow();
  #policy: HealthPolicy;
  #revision = 0;
  #lastAnswerMs = Number.NEGATIVE_INFINITY;
  #intervalEndsMs = Number.NEGATIVE_INFINITY;

  constructor(service: ServiceName, policy: HealthPolicy, report: ReportHealth) {
    this.#service = service;
    this.#policy = policy;
    this.#report = report;
  }

  get revision(): number {
    return this.#revision;
  }

  /** The service as a new snapshot has it; what is known of instances that stay is kept. One that was started anew is another instance. */
  update(endpoints: readonly SnapshotEndpoint[], policy: HealthPolicy, now: Moment): void {
    this.#policy = policy;
    const wanted = new Set(endpoints.map(({ id }) => id));
    for (const id of this.#records.keys()) if (!wanted.has(id)) this.#records.delete(id);
    for (const endpoint of endpoints) {
      const known = this.#records.get(endpoint.id);
      const record = known?.isOf(endpoint) === true ? known : new InstanceRecord(endpoint, now);
      // It was known while it started, and begins to serve only now.
      if (record.member.endpoint.standby === true && endpoint.standby !== true) record.restart(now.monotonicMs);
      record.member.endpoint = endpoint;
      this.#records.set(endpoint.id, record);
      if (policy.healthChecks.kind === "off") record.check.reset();
      record.refresh(now.monotonicMs, policy.slowStartMs);
    }
    this.#revision++;
  }

  /** An instance of the last `update`. One that is not gets a member that nobody judges, so that a request under way can end. */
  memberOf(endpoint: SnapshotEndpoint): Member {
    return this.#records.get(endpoint.id)?.member ?? new Member(endpoint);
  }

  member(id: InstanceId): Member | undefined {
    return this.#records.get(id)?.member;
  }

  /** Monotonic; null when it is not ejected. */
  ejectedUntilMs(id: InstanceId): number | null {
    return this.#records.get(id)?.outlier.ejectedUntilMs ?? null;
  }

  /** What is known against its instances. */
  standing(nowMs: number): readonly InstanceStanding[] {
    return [...this.#records.values()].flatMap(({ check, member, outlier }) => {
      const { address, id, port, sinceMs = null } = member.endpoint;
      const { ejectedUntilMs, ejections } = outlier;
      if (ejections === 0 && check.isGood) return [];
      const ejectedForMs = ejectedUntilMs === null ? null : ejectedUntilMs - nowMs;
      return [{ id, address, port, sinceMs, ejections, ejectedForMs, failsChecks: !check.isGood }];
    });
  }

  /** Takes over what the process before knew, `elapsedMs` ago, of instances that are the same still. To be called before the first request. */
  resume(standing: readonly InstanceStanding[], elapsedMs: number, nowMs: number): void {
    for (const { address, ejectedForMs, ejections, failsChecks, id, port, sinceMs } of standing) {
      const record = this.#records.get(id as InstanceId);
      const endpoint = record?.member.endpoint;
      if (record === undefined || endpoint?.address !== address || endpoint.port !== port || (endpoint.sinceMs ?? null) !== sinceMs)
        continue;
      record.outlier.resume(ejections, ejectedForMs === null ? null : nowMs + ejectedForMs - elapsedMs);
      if (failsChecks && this.#policy.healthChecks.kind !== "off") record.check.resumeBad();
      this.#refresh(record, nowMs);
    }
  }

  /** A request is on its way and waits for the first byte. Each is followed by one `waitEnded`. */
  requestSent(id: InstanceId, nowMs: number): void {
    this.#records.get(id)?.requestSent(nowMs);
  }

  /** The answer of a request began after `latencyMs`, or (null) nobody waits for it any more. */
  waitEnded(id: InstanceId, nowMs: number, latencyMs: number | null): void {
    const record = this.#records.get(id);
    if (record === undefined) return;
    record.waitEnded(nowMs, latencyMs !== null);
    if (latencyMs === null) return;
    this.#lastAnswerMs = nowMs;
    this.#latencies.record(latencyMs);
    record.member.observeLatency(latencyMs, nowMs);
  }

  /** A request ended well: an answer other than 5xx, complete. */
  succeeded(id: InstanceId): void {
    this.#records.get(id)?.outlier.succeed();
  }

  /** A request failed at the instance. `what` ends the sentence "the last one: …", such as `connection refused` or `status 503`. */
  failed(id: InstanceId, kind: FailureKind, what: string, nowMs: number): void {
    const record = this.#records.get(id);
    if (record !== undefined) this.#fail(record, { kind, times: 1, why: `the last one: ${what}` }, nowMs);
  }

  /** An active check ended. `what` is its outcome in a few words. */
  checked(id: InstanceId, isGood: boolean, what: string, nowMs: number): void {
    const record = this.#records.get(id);
    const { healthChecks } = this.#policy;
    if (record === undefined || healthChecks.kind === "off" || !record.check.step(isGood, healthChecks)) return;
    if (isGood) record.restart(nowMs);
    const count = isGood ? healthChecks.healthyAfter : healthChecks.unhealthyAfter;
    const reason = `${id} ${isGood ? "passed" : "failed"} ${count} ${count === 1 ? "check" : "checks in a row"}: ${what}.`;
    this.#note(record, isGood ? "instance-healthy" : "instance-unhealthy", reason, null, nowMs);
    this.#refresh(record, nowMs);
  }

  /** It refused a connection a moment ago: tried last until `untilMs`. */
  avoid(id: InstanceId, untilMs: number, nowMs: number): void {
    const record = this.#records.get(id);
    if (record === undefined) return;
    record.avoidedUntilMs = Math.max(record.avoidedUntilMs, untilMs);
    this.#refresh(record, nowMs);
  }

  /** Lets time pass: ends ejections, finds stalled instances, warms up. To be called every 100 ms to 1 s. */
  tick({ monotonicMs: nowMs }: Moment): void {
    this.#latencies.age(nowMs);
    const { outlierDetection, slowStartMs } = this.#policy;
    const isIntervalOver = nowMs >= this.#intervalEndsMs;
    if (isIntervalOver) this.#intervalEndsMs = nowMs + outlierDetection.intervalMs;
    for (const record of this.#records.values()) {
      if (isIntervalOver) {
        this.#countStall(record, nowMs);
        record.outlier.closeInterval();
      }
      if (record.outlier.returnIfDue(nowMs)) {
        record.restart(nowMs);
        const warming = slowStartMs > 0 ? ` Its share grows over ${inSeconds(slowStartMs)}.` : "";
        this.#note(record, "instance-returned", `The ejection of ${record.member.id} is over.${warming}`, null, nowMs);
      }
      this.#refresh(record, nowMs);
    }
  }

  #countStall(record: InstanceRecord, nowMs: number): void {
    const { waiting } = record;
    const limitMs = Math.max(STALL_MS_MIN, STALL_P99_FACTOR * this.#latencies.quantile(0.99));
    const silentMs = nowMs - record.silentSinceMs;
    if (waiting === 0 || silentMs <= limitMs || nowMs - this.#lastAnswerMs > limitMs) return;
    const why = `${waiting} ${waiting === 1 ? "waits" : "wait"}, nothing was heard of it for ${inSeconds(silentMs)}, and other instances answer`;
    this.#fail(record, { kind: "gateway", times: waiting, why }, nowMs);
  }

  #fail(
    record: InstanceRecord,
    failure: { readonly kind: FailureKind; readonly times: number; readonly why: string },
    nowMs: number,
  ): void {
    const policy = this.#policy.outlierDetection;
    const cause = record.outlier.fail(failure.kind, policy, failure.times);
    if (cause === null || !this.#mayEject(record)) return;
    const untilMs = record.outlier.eject(nowMs, policy);
    const { id } = record.member;
    const reason = `${id} gets no requests for ${inSeconds(untilMs - nowMs)}: ${cause}; ${failure.why}.`;
    this.#note(record, "instance-ejected", reason, untilMs, nowMs);
    this.#refresh(record, nowMs);
  }

  #mayEject({ member }: InstanceRecord): boolean {
    let ejected = 0;
    let total = 0;
    for (const other of this.#records.values()) {
      if (other.member.endpoint.version !== member.endpoint.version) continue;
      total++;
      if (other.outlier.ejectedUntilMs !== null) ejected++;
    }
    return mayEject(ejected, total, this.#policy.outlierDetection.maxEjectionPercent);
  }

  #refresh(record: InstanceRecord, nowMs: number): void {
    if (record.refresh(nowMs, this.#policy.slowStartMs)) this.#revision++;
  }

  #note(
    { member }: InstanceRecord,
    kind: Parameters<ReportHealth>[0]["kind"],
    reason: string,
    untilMs: number | null,
    nowMs: number,
  ): void {
    const { id, version } = member.endpoint;
    this.#report({ kind, service: this.#service, version, instance: id, reason, untilMs }, nowMs);
  }
}
