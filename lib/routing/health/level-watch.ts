import type { ServiceName, Version } from "../../model/index.ts";
import type { EndpointPool, PoolLevel } from "../balance/endpoint-pool.ts";
import { isAway } from "../balance/plan-levels.ts";
import type { ReportHealth } from "./health-note.ts";

/**
 * Notices when requests for one version start to leave the instances they prefer, and when that ends; likewise panic. How far they leave may
 * change in between: that is no new event.
 */
export class LevelWatch {
  readonly #service: ServiceName;
  readonly #version: Version;
  readonly #report: ReportHealth;
  #isFailover = false;
  #isPanic = false;

  constructor(service: ServiceName, version: Version, report: ReportHealth) {
    this.#service = service;
    this.#version = version;
    this.#report = report;
  }

  /** Looks at the pool of the version; to be called with every tick. */
  step(pool: Pick<EndpointPool, "levels" | "isPanic">, nowMs: number): void {
    const levels = pool.levels();
    const planned = levels.map(({ level }) => level);
    const elsewhere = levels.filter(({ level, share }) => share > 0 && isAway(level, planned));
    const name = `${this.#service}@${this.#version}`;
    if (pool.isPanic !== this.#isPanic) {
      this.#isPanic = pool.isPanic;
      const own = levels.filter(({ level }) => level.kind !== "version");
      const count = `${countOf(own, "healthy")} of ${countOf(own, "total")} instances of ${name}`;
      this.#note(
        this.#isPanic ? "panic" : "panic-ended",
        this.#isPanic
          ? `Only ${count} are healthy and there is nowhere else to go: all of them get requests.`
          : `${count} are healthy: only these get requests.`,
        nowMs,
      );
    }
    if (elsewhere.length > 0 === this.#isFailover) return;
    this.#isFailover = elsewhere.length > 0;
    this.#note(this.#isFailover ? "failover" : "failover-ended", this.#isFailover ? startOf(name, levels, elsewhere) : endOf(name), nowMs);
  }

  #note(kind: "panic" | "panic-ended" | "failover" | "failover-ended", reason: string, nowMs: number): void {
    this.#report({ kind, service: this.#service, version: this.#version, instance: null, reason, untilMs: null }, nowMs);
  }
}

function startOf(name: string, levels: readonly PoolLevel[], elsewhere: readonly PoolLevel[]): string {
  const first = levels[0];
  const where = elsewhere.map(({ level, share }) => `${Math.round(share * 100)} % to ${placeOf(level)}`).join(", ");
  const why =
    first?.level.kind === "preferred" || first?.level.kind === "zone"
      ? `${first.health.total - first.health.healthy} of ${first.health.total} instances of ${name}${first.level.zone ? ` in zone ${first.level.zone}` : ""} are unhealthy`
      : `${name} has no instance`;
  return `${why}: its requests go ${where}.`;
}

function endOf(name: string): string {
  return `Requests for ${name} go where they prefer again.`;
}

function placeOf({ kind, version, zone }: PoolLevel["level"]): string {
  if (kind === "version") return `version ${version}`;
  return zone === null || zone === "" ? "its other zones" : `zone ${zone}`;
}

function countOf(levels: readonly PoolLevel[], what: "healthy" | "total"): number {
  return levels.reduce((sum, { health }) => sum + health[what], 0);
}
