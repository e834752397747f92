/**
 * What proxies decided about instances and services, as they tell it (`instance-health`): how each instance stands now, its last decisions, and events for people.
 *
 * State: an instance is out (`ejected`) or `unhealthy` while at least one connected proxy says so; what a proxy said ends with its opposite, with `untilMs`
 * plus a grace, and with the proxy's connection, since it tells its standing decisions anew after hello.
 * Damping: the same kind about the same subject becomes one event per window, first at once, the rest as one sentence with a count when the window ends, which begins the next one. Windows
 * double from one second to half a minute while the subject flaps, and are forgotten after a quiet minute.
 * Bounds: `INSTANCES_MAX` histories of `HISTORY_MAX` notes, `SUBJECTS_MAX` damped subjects; the longest untouched go first.
 */
import type { InstanceHealthEvent } from "../model/index.ts";
import type { Clock } from "../std/index.ts";
import type { HealthEvent, InstanceHealthNote } from "./views.ts";

const HISTORY_MAX = 10;
const INSTANCES_MAX = 2_000;
const SUBJECTS_MAX = 1_000;
const TOLD_MAX = 10_000;
const WINDOW_MS_MIN = 1_000;
const WINDOW_MS_MAX = 30_000;
const QUIET_MS = 60_000;
/** A return may be told this much later than it was due. */
const UNTIL_GRACE_MS = 2_000;
/** How often it is told that standings have changed. */
const STANDING_EVERY_MS = 250;
/** Decisions of one proxy that stand at the same time. */
const STANDING_MAX = 10_000;

type Kind = InstanceHealthEvent["kind"];

/** What ends what. */
const ENDS: Partial<Record<Kind, Kind>> = {
  "instance-returned": "instance-ejected",
  "instance-healthy": "instance-unhealthy",
  "breaker-closed": "breaker-open",
  "failover-ended": "failover",
  "panic-ended": "panic",
  "shedding-ended": "shedding",
};

/** A decision that has not ended yet. */
export interface StandingDecision {
  readonly proxy: string;
  readonly kind: Kind;
  readonly service: string;
  readonly version: string | null;
  readonly instance: string | null;
  readonly untilMs: number | null;
}

/** How one instance stands with the proxies. */
export interface InstanceStanding {
  readonly health: "ejected" | "unhealthy" | null;
  readonly ejectedUntil: string | null;
  readonly history: readonly InstanceHealthNote[];
}

/** What a decision says beside its sentence. */
export type HealthFacts = Pick<HealthEvent, "reason" | "until" | "service" | "version" | "instance" | "proxy">;

interface Damped {
  windowMs: number;
  openMs: number;
  count: number;
  last: (() => void) | null;
}

/** Why an instance gets no requests, for a sentence about it; null where no proxy has taken it out. */
export function whyOut({ health, ejectedUntil }: Pick<InstanceStanding, "health" | "ejectedUntil">): string | null {
  if (health === null) return null;
  if (health === "ejected") return ejectedUntil === null ? "is ejected" : `is ejected until ${ejectedUntil}`;
  return "fails its health checks";
}

export interface InstanceWatchOptions {
  readonly clock: Clock;
  readonly onEvent: (kind: Kind, subject: string, sentence: string, facts: HealthFacts) => void;
  /** How instances stand has changed. */
  readonly onStanding: () => void;
}

/** See the head of the file. */
export class InstanceWatch {
  readonly #options: InstanceWatchOptions;
  readonly #standing = new Map<string, Map<string, StandingDecision>>();
  readonly #histories = new Map<string, InstanceHealthNote[]>();
  /** When what each proxy said last of each kind and subject had happened. */
  readonly #told = new Map<string, number>();
  readonly #damped = new Map<string, Damped>();
  #isClosed = false;
  #isMoving = false;
  #movedMs = Number.NEGATIVE_INFINITY;

  constructor(options: InstanceWatchOptions) {
    this.#options = options;
  }

  /** A proxy decided something. */
  take(proxy: string, event: InstanceHealthEvent): void {
    this.#stand(proxy, event);
    if (!this.#isToldAgain(proxy, event)) {
      if (event.instance !== null) this.#note(event.instance, proxy, event);
      this.#tell(proxy, event);
    }
    this.#moved();
  }

  /** The proxy is gone: nobody knows how things stand there. */
  forget(proxy: string): void {
    if (this.#standing.delete(proxy)) this.#moved();
  }

  /** Everything that has not ended. */
  standing(): readonly StandingDecision[] {
    const nowMs = this.#options.clock.wallMs();
    return [...this.#standing.values()].flatMap((decisions) => [...decisions.values()]).filter((decision) => isCurrent(decision, nowMs));
  }

  /** How all instances stand that anything is known of; look an instance up by its id. */
  instances(): (id: string) => InstanceStanding {
    const byInstance = Map.groupBy(
      this.standing().filter(({ instance }) => instance !== null),
      ({ instance }) => instance,
    );
    return (id) => {
      const decisions = byInstance.get(id) ?? [];
      const ejections = decisions.filter(({ kind }) => kind === "instance-ejected");
      const isUnhealthy = decisions.some(({ kind }) => kind === "instance-unhealthy");
      const isKnown = ejections.length > 0 && ejections.every(({ untilMs }) => untilMs !== null);
      return {
        health: ejections.length > 0 ? "ejected" : isUnhealthy ? "unhealthy" : null,
        ejectedUntil: isKnown ? isoOf(Math.max(...ejections.map(({ untilMs }) => untilMs as number))) : null,
        history: this.#histories.get(id) ?? [],
      };
    };
  }

  close(): void {
    this.#isClosed = true;
  }

  /** At once, and then at most so often: whoever looks has the whole mesh to draw. */
  #moved(): void {
    if (this.#isMoving || this.#isClosed) return;
    const { clock, onStanding } = this.#options;
    const waitMs = Math.max(0, this.#movedMs + STANDING_EVERY_MS - clock.monotonicMs());
    const tell = () => {
      this.#isMoving = false;
      this.#movedMs = clock.monotonicMs();
      if (!this.#isClosed) onStanding();
    };
    if (waitMs === 0) return tell();
    this.#isMoving = true;
    clock.after(waitMs, tell);
  }

  #stand(proxy: string, { instance, kind, service, untilMs, version }: InstanceHealthEvent): void {
    const decisions = this.#standing.get(proxy) ?? new Map<string, StandingDecision>();
    this.#standing.set(proxy, decisions);
    const subject = subjectOf({ instance, service, version });
    const ended = ENDS[kind];
    if (ended !== undefined) decisions.delete(`${ended} ${subject}`);
    else if (decisions.size < STANDING_MAX) decisions.set(`${kind} ${subject}`, { proxy, kind, service, version, instance, untilMs });
  }

  /** What stands is told again after each hello; it did not happen again. */
  #isToldAgain(proxy: string, event: InstanceHealthEvent): boolean {
    const key = `${proxy} ${event.kind} ${subjectOf(event)}`;
    if (this.#told.get(key) === event.atMs) return true;
    this.#told.delete(key);
    this.#told.set(key, event.atMs);
    dropOldest(this.#told, TOLD_MAX);
    return false;
  }

  #note(instance: string, proxy: string, { atMs, kind, reason, untilMs }: InstanceHealthEvent): void {
    const note = { at: isoOf(atMs), kind, proxy, reason, until: untilMs === null ? null : isoOf(untilMs) };
    const history = [note, ...(this.#histories.get(instance) ?? [])].slice(0, HISTORY_MAX);
    this.#histories.delete(instance);
    this.#histories.set(instance, history);
    dropOldest(this.#histories, INSTANCES_MAX);
  }

  #tell(proxy: string, event: InstanceHealthEvent): void {
    const { instance, kind, reason, service, untilMs, version } = event;
    const subject = subjectOf(event);
    const facts: HealthFacts = {
      reason,
      service,
      proxy,
      ...(untilMs === null ? {} : { until: isoOf(untilMs) }),
      ...(version === null ? {} : { version }),
      ...(instance === null ? {} : { instance }),
    };
    const emit = (times: number) => this.#options.onEvent(kind, subject, sentenceOf(proxy, event, times), facts);
    const nowMs = this.#options.clock.monotonicMs();
    const key = `${kind} ${subject}`;
    const damped = this.#damped.get(key);
    if (damped !== undefined && nowMs < damped.openMs) {
      damped.count++;
      damped.last = () => emit(damped.count);
      return;
    }
    const isFlapping = damped !== undefined && nowMs - damped.openMs < QUIET_MS;
    this.#open(key, isFlapping ? Math.min(WINDOW_MS_MAX, 2 * damped.windowMs) : WINDOW_MS_MIN);
    emit(1);
  }

  #open(key: string, windowMs: number): void {
    const { clock } = this.#options;
    const damped: Damped = { windowMs, openMs: clock.monotonicMs() + windowMs, count: 0, last: null };
    this.#damped.delete(key);
    this.#damped.set(key, damped);
    dropOldest(this.#damped, SUBJECTS_MAX);
    clock.after(windowMs, () => {
      if (this.#isClosed || damped.last === null) return;
      damped.last();
      // What was told just now begins the next window.
      this.#open(key, Math.min(WINDOW_MS_MAX, 2 * windowMs));
    });
  }
}

function isCurrent({ untilMs }: StandingDecision, nowMs: number): boolean {
  return untilMs === null || nowMs <= untilMs + UNTIL_GRACE_MS;
}

function subjectOf({ instance, service, version }: Pick<InstanceHealthEvent, "instance" | "service" | "version">): string {
  return instance ?? (version === null ? service : `${service} ${version}`);
}

const VERBS: Readonly<Record<Kind, string>> = {
  "instance-ejected": "was taken out",
  "instance-returned": "takes requests again",
  "instance-unhealthy": "fails its checks",
  "instance-healthy": "passes its checks again",
  "breaker-open": "is at a circuit breaker's limit",
  "breaker-closed": "is below its circuit breakers' limits again",
  failover: "is failing over",
  "failover-ended": "no longer fails over",
  panic: "is in panic: all its instances get requests, good or bad",
  "panic-ended": "is out of panic",
  shedding: "is shedding requests",
  "shedding-ended": "no longer sheds requests",
};

function sentenceOf(proxy: string, event: InstanceHealthEvent, times: number): string {
  const until = event.kind === "instance-ejected" && event.untilMs !== null ? ` until ${isoOf(event.untilMs).slice(11, 19)}` : "";
  const often = times > 1 ? ` (${times} times)` : "";
  const reason = event.reason.replace(/[.\s]+$/, "");
  return `${subjectOf(event)} ${VERBS[event.kind]}${until} at proxy ${proxy}${often}${reason === "" ? "" : `: ${reason}`}.`;
}

function isoOf(ms: number): string {
  // A proxy's clock may say anything; dates end at 8.64e15.
  return new Date(Math.min(8.64e15, Math.max(0, ms))).toISOString();
}

function dropOldest(map: Map<string, unknown>, max: number): void {
  for (const key of map.keys()) {
    if (map.size <= max) return;
    map.delete(key);
  }
}
