/**
 * Keeps what time and events do to versions and approvals. Everything is read off the state again and again, so nothing is lost with a crash and nothing is
 * done twice:
 *
 *   a scheduled stage whose time has come                         → `lifecycle.set`, cause `schedule`
 *   a version that a verification of each live caller has passed  → `verified`
 *   a release that has sent it requests                           → `canary`;  one that has succeeded → `stable`
 *   an approval whose time is up, or whose ground has moved       → `void`
 *   a sunset that is near, or was passed by a version in use      → an event, once each, restarts or not
 *
 * A move by hand is never taken back: events older than the stage, and stages beyond the one that an event leads to, are left alone.
 */
import { liveVersions } from "../compatibility/index.ts";
import {
  type Command,
  LIFECYCLE_STAGES,
  type Lifecycle,
  type LifecycleStage,
  type MeshState,
  type Service,
  type Version,
  type VersionRef,
} from "../model/index.ts";
import type { ToldStorage } from "../registry/index.ts";
import type { CancelTimer, Clock } from "../std/index.ts";
import { isOpen, whyOver } from "./decide/approval.ts";
import { lifecycleOf } from "./decide/lifecycle.ts";
import type { HealthLog } from "./health-log.ts";
import { INTERLOCK } from "./live-evidence.ts";
import type { MeshEngine } from "./mesh-engine.ts";
import { CALLERS_WINDOW_MS } from "./traffic-look.ts";

/** How often time is looked at. */
export const KEEP_EVERY_MS = 1_000;
/** How long before its sunset a version is spoken of. */
export const SUNSET_NEAR_MS = 7 * 86_400_000;
const SAME_REFUSAL_MS = 3_600_000;
/** After a start nobody has called anything yet: who calls a version is known once callers had their time. */
export const CALLERS_KNOWN_MS = CALLERS_WINDOW_MS + KEEP_EVERY_MS;

export interface GovernanceKeeperParts {
  readonly clock: Clock;
  readonly health: HealthLog;
  readonly engine: Pick<MeshEngine, "state" | "execute" | "watch" | "governance">;
  /** Sunsets that were spoken of, by version and date. */
  readonly told: ToldStorage;
  readonly onFault: (error: unknown) => void;
}

interface Due {
  readonly command: Command;
  readonly reason: string;
  readonly subject: string;
}

/** Keeps until it is closed. */
export class GovernanceKeeper {
  readonly #parts: GovernanceKeeperParts;
  readonly #stops: CancelTimer[];
  readonly #startedMs: number;
  /** When a refusal was last spoken of, by subject: what is refused is tried again, and told once an hour. */
  readonly #refusedMs = new Map<string, number>();
  #seen: MeshState | null = null;
  #isKeeping = false;
  #isDue = false;
  #isClosed = false;

  constructor(parts: GovernanceKeeperParts) {
    this.#parts = parts;
    this.#startedMs = parts.clock.monotonicMs();
    this.#stops = [parts.clock.every(KEEP_EVERY_MS, () => this.look()), parts.engine.watch(({ kind }) => kind === "change" && this.look())];
    this.look();
  }

  /** Does what is due; what comes meanwhile is looked at after it. */
  look(): void {
    this.#isDue = true;
    if (this.#isKeeping || this.#isClosed) return;
    this.#isKeeping = true;
    this.#isDue = false;
    this.#keep()
      .catch(this.#parts.onFault)
      .finally(() => {
        this.#isKeeping = false;
        if (this.#isDue) this.look();
      });
  }

  close(): void {
    this.#isClosed = true;
    for (const stop of this.#stops) stop();
  }

  async #keep(): Promise<void> {
    const { clock, engine } = this.#parts;
    const state = engine.state();
    const nowIso = new Date(clock.wallMs()).toISOString();
    // What events lead to changes with the state alone; time is looked at always.
    const events = state === this.#seen ? [] : [...verifiedDue(state), ...releasesDue(state)];
    this.#seen = state;
    for (const due of [...scheduledDue(state, nowIso), ...events, ...approvalsDue(state, nowIso)]) await this.#carryOut(due);
    if (clock.monotonicMs() - this.#startedMs >= CALLERS_KNOWN_MS) this.#tellSunsets(engine.state(), Date.parse(nowIso));
  }

  async #carryOut({ command, reason, subject }: Due): Promise<void> {
    const { clock, engine, health } = this.#parts;
    const nowMs = clock.monotonicMs();
    const toldMs = this.#refusedMs.get(subject) ?? Number.NEGATIVE_INFINITY;
    const done = await engine.execute(command, { author: INTERLOCK, via: "engine", reason });
    if (done.ok) this.#refusedMs.delete(subject);
    else if (nowMs - toldMs >= SAME_REFUSAL_MS) {
      this.#refusedMs.set(subject, nowMs);
      health.add("lifecycle-held", subject, `${reason} It could not be done: ${done.error.detail}`);
    }
  }

  #tellSunsets({ lifecycles, services }: MeshState, nowMs: number): void {
    const { engine, health, told } = this.#parts;
    const due = new Set<string>();
    for (const { service, stage, sunset, version } of lifecycles.values()) {
      if (sunset === undefined || stage === "retired" || services.get(service)?.versions.has(version) !== true) continue;
      const isPast = Date.parse(sunset) <= nowMs;
      if (!isPast && Date.parse(sunset) - nowMs > SUNSET_NEAR_MS) continue;
      const key = `${service}@${version} ${sunset} ${isPast ? "passed" : "near"}`;
      due.add(key);
      if (told.has(key)) continue;
      const callers = engine.governance.callersOf({ service, version }).map((caller) => `${caller.service} ${caller.version ?? ""}`.trim());
      const calls = callers.length === 0 ? "Nobody calls it." : `Still called by ${callers.slice(0, 8).join(", ")}.`;
      const sentence = `${service} ${version} ${isPast ? "was to be" : "will be"} switched off at ${sunset}. ${calls}`;
      health.add(isPast ? "sunset-passed" : "sunset-near", `${service}@${version}`, sentence, { service, version });
      told.add(key);
    }
    told.keepOnly(due);
  }
}

/** Stages whose time has come. */
function scheduledDue({ lifecycles }: MeshState, nowIso: string): readonly Due[] {
  return [...lifecycles.values()].flatMap((lifecycle): readonly Due[] => {
    const { next } = lifecycle;
    if (next === undefined || Date.parse(next.at) > Date.parse(nowIso)) return [];
    return [moveTo(lifecycle, next.stage, "schedule", `Scheduled for ${next.at}.`)];
  });
}

/** Versions that nothing was said of yet, and that a verification of each live caller has passed. */
function verifiedDue(state: MeshState): readonly Due[] {
  const passed = new Set<string>();
  const failed = new Set<string>();
  for (const { consumer, provider, source, verdict } of state.evidence) {
    if (source !== "verification") continue;
    (verdict === "compatible" ? passed : failed).add(`${consumer.service}@${consumer.version}>${provider.service}@${provider.version}`);
  }
  const verified = new Map(
    state.evidence
      .filter(({ source }) => source === "verification")
      .map(({ provider }) => [`${provider.service}@${provider.version}`, provider]),
  );
  return [...verified.values()].flatMap((ref): readonly Due[] => {
    if (state.lifecycles.has(`${ref.service}@${ref.version}`) || !isRegistered(state, ref)) return [];
    const pairs = liveCallers(state, ref.service).map(({ service, version }) => `${service}@${version}>${ref.service}@${ref.version}`);
    if (pairs.length === 0 || !pairs.every((pair) => passed.has(pair) && !failed.has(pair))) return [];
    return [moveTo(ref, "verified", "event", "A verification of every live caller has passed.")];
  });
}

/** Live versions that require a service. */
function liveCallers(state: MeshState, provider: string): readonly VersionRef[] {
  return [...state.services.values()].flatMap((service: Service) =>
    [...liveVersions(service)]
      .filter((version: Version) => service.versions.get(version)?.requirements[provider] !== undefined)
      .map((version) => ({ service: service.name, version })),
  );
}

/** Where releases have brought their versions. */
function releasesDue(state: MeshState): readonly Due[] {
  return [...state.releases.values()].flatMap((release): readonly Due[] => {
    const { createdAt, id, movedAt, service, version, weightBp } = release;
    if (!isRegistered(state, { service, version })) return [];
    const current = lifecycleOf(state, { service, version });
    const isNewer = (at: string) => current.stage === "registered" || Date.parse(current.since) < Date.parse(at);
    if (release.state === "succeeded" && isBefore(current.stage, "stable") && isNewer(movedAt))
      return [moveTo(release, "stable", "event", `${id} has succeeded.`)];
    const isServing = weightBp > 0 && (release.state === "running" || release.state === "paused" || release.state === "promoting");
    if (isServing && isBefore(current.stage, "canary") && isNewer(createdAt))
      return [moveTo(release, "canary", "event", `${id} sends it requests.`)];
    return [];
  });
}

function approvalsDue(state: MeshState, nowIso: string): readonly Due[] {
  return [...state.approvals.values()].filter(isOpen).flatMap((approval): readonly Due[] => {
    const why = whyOver({ state, nowIso }, approval);
    if (why === null) return [];
    const command: Command = { kind: "approval.decide", id: approval.id, verdict: "void" };
    return [{ command, reason: `${why[0]?.toUpperCase()}${why.slice(1)}`, subject: approval.id }];
  });
}

function moveTo({ service, version }: VersionRef, stage: LifecycleStage, cause: Lifecycle["cause"], reason: string): Due {
  const command: Command = { kind: "lifecycle.set", service, version, rev: null, stage, cause };
  return { command, reason, subject: `${service}@${version}` };
}

function isBefore(stage: LifecycleStage, other: LifecycleStage): boolean {
  return LIFECYCLE_STAGES.indexOf(stage) < LIFECYCLE_STAGES.indexOf(other);
}

function isRegistered({ services }: MeshState, { service, version }: VersionRef): boolean {
  return services.get(service)?.versions.has(version) === true;
}
