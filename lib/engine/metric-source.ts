/**
 * The figures that metric expressions are made of, read off the mesh as it is. One `MetricLook` is one look: what it reads once it does not read again, so that all
 * policies of a round see the same mesh, and the same reading serves a thousand of them.
 *
 * No data is null, never 0: an error rate or a duration without requests, anything of a name that the mesh does not have, traffic while no proxy is connected.
 * Windows up to a minute come from live figures; longer ones from the roll-ups (`LongWindows`).
 */
import { liveVersions } from "../compatibility/index.ts";
import { type EdgeEnd, type MeshState, parseSpiffeId, type Release, type Service, type ServiceName, type Version } from "../model/index.ts";
import { type MetricCall, type MetricEnd, type MetricSource, type MetricSubject, type SubjectKind, subjectText } from "../policy/index.ts";
import type { Clock } from "../std/index.ts";
import type { Figures, TelemetryStore } from "../telemetry/index.ts";
import { hasEnded } from "./fold-delivery.ts";
import { type Counted, LongWindows } from "./long-windows.ts";
import type { MeshEngine } from "./mesh-engine.ts";
import { weightsBeforePolicies } from "./policy-moves.ts";
import { LIVE_WINDOW_MS } from "./views/figures.ts";
import type { InstanceView, MeshView } from "./views.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const LIVE_MAX_MS = MINUTE_MS;
const BURN_WINDOW_MS = 5 * MINUTE_MS;
const FLAP_WINDOW_MS = 5 * MINUTE_MS;

export interface MetricParts {
  readonly clock: Clock;
  readonly telemetry: Pick<TelemetryStore, "figuresBy" | "series">;
  readonly engine: Pick<MeshEngine, "state" | "instances" | "mesh" | "identities" | "healthEvents" | "standing">;
}

/** One look at the mesh. */
export interface MetricLook extends MetricSource {
  /** What the wildcards of an expression stand for. */
  subjects(kind: Exclude<SubjectKind, "mesh">): readonly MetricSubject[];
}

/** Looks at the mesh again and again. */
export class MetricReader {
  readonly #parts: MetricParts;
  readonly #long: LongWindows;

  constructor(parts: MetricParts) {
    this.#parts = parts;
    this.#long = new LongWindows(parts);
  }

  look(): MetricLook {
    return new Look(this.#parts, this.#long.look());
  }
}

class Look implements MetricLook {
  readonly #parts: MetricParts;
  readonly #counted: (subject: MetricSubject, windowMs: number) => Counted | null;
  readonly #state: MeshState;
  readonly #nowMs: number;
  readonly #read = new Map<string, unknown>();

  constructor(parts: MetricParts, counted: (subject: MetricSubject, windowMs: number) => Counted | null) {
    this.#parts = parts;
    this.#counted = counted;
    this.#state = parts.engine.state();
    this.#nowMs = parts.clock.wallMs();
  }

  subjects(kind: Exclude<SubjectKind, "mesh">): readonly MetricSubject[] {
    const services = [...this.#state.services.values()];
    if (kind === "service") return services.map(({ name }) => ({ kind, service: name }));
    if (kind === "version")
      return services.flatMap(({ name, versions }) => [...versions.keys()].map((version) => ({ kind, service: name, version })));
    return [...this.#figures("edge", LIVE_MAX_MS).keys()].map((key) => {
      const [caller = "", callee = ""] = key.split(">");
      return { kind, caller: { service: caller }, callee: { service: callee } };
    });
  }

  value(call: MetricCall): number | null {
    const { metric, subject } = call;
    if (subject.kind === "mesh") return this.#ofMesh(metric);
    const named = this.#named(subject);
    if (named === null) return null;
    switch (metric) {
      case "ready":
        return this.#count(subject, ({ health }) => health === "ready");
      case "instances":
        return this.#count(subject, () => true);
      case "ejected":
        return this.#count(subject, ({ health }) => health !== "ready" && health !== "standby");
      case "flaps":
        return this.#flaps(subject);
      case "panic":
        return this.#panicking().has(named.name) ? 1 : 0;
      case "weight":
      case "live":
      case "drained":
        return subject.kind === "version" ? ofSplit(metric, named, subject.version) : null;
      case "release-minutes":
      case "release-weight":
        return this.#ofRelease(metric, named);
      case "certificate-days":
      case "certificate-left":
        return this.#certificate(metric, named.name);
      default:
        return this.#ofTraffic(metric === "burn" ? { ...call, windowMs: call.windowMs ?? BURN_WINDOW_MS } : call, named);
    }
  }

  #ofMesh(metric: MetricCall["metric"]): number | null {
    switch (metric) {
      case "exposure":
        return this.#mesh().exposure.broken;
      case "unproven":
        return this.#mesh().exposure.unproven;
      case "proxies-lost":
        return this.#mesh().proxies.filter(({ connected }) => !connected).length;
      case "proxies-behind":
        return behind(this.#mesh().proxies);
      case "data-used":
        return this.#mesh().data.bytes / this.#mesh().data.limitBytes;
      case "certificate-days":
      case "certificate-left":
        return this.#certificate(metric, null);
      default:
        return null;
    }
  }

  #ofTraffic({ metric, slo, subject, windowMs = LIVE_WINDOW_MS }: MetricCall, service: Service): number | null {
    switch (metric) {
      case "burn": {
        const rate = this.#errorRate(subject, windowMs);
        return rate === null || slo === undefined ? null : rate / (1 - slo);
      }
      case "error-rate":
        return this.#errorRate(subject, windowMs);
      case "rps":
        return this.#rps(subject, windowMs);
      case "requests":
        return this.#total(subject, windowMs)?.requests ?? null;
      case "capacity-used":
      case "deprecated-rps":
        return subject.kind === "version" ? this.#ofVersion(metric, { service, version: subject.version, windowMs }) : null;
      default:
        return this.#ofFigures(metric, subject, windowMs);
    }
  }

  #ofVersion(
    metric: "capacity-used" | "deprecated-rps",
    { service, version, windowMs }: { readonly service: Service; readonly version: string; readonly windowMs: number },
  ): number | null {
    const rps = this.#rps({ kind: "version", service: service.name, version }, windowMs);
    if (metric === "capacity-used") {
      const capacity = service.versions.get(version as Version)?.capacityRps;
      return rps === null || capacity === undefined ? null : rps / capacity;
    }
    const stage = this.#state.lifecycles.get(`${service.name}@${version}`)?.stage;
    return stage === "deprecated" || stage === "retired" ? rps : null;
  }

  #ofFigures(metric: MetricCall["metric"], subject: MetricSubject, windowMs: number): number | null {
    const figures = this.#live(subject, windowMs);
    if (metric === "p50") return figures?.p50Ms ?? null;
    if (metric === "p90") return figures?.p90Ms ?? null;
    if (metric === "p99") return figures?.p99Ms ?? null;
    if (metric !== "retries" && metric !== "denied" && metric !== "failovers") return null;
    if (figures === undefined) return this.#isMeasured() ? 0 : null;
    return (figures[metric] * 1_000) / figures.windowMs;
  }

  #errorRate(subject: MetricSubject, windowMs: number): number | null {
    const total = this.#total(subject, windowMs);
    return total === null || total.requests === 0 ? null : total.failed / total.requests;
  }

  #rps(subject: MetricSubject, windowMs: number): number | null {
    const total = this.#total(subject, windowMs);
    return total === null ? null : (total.requests * 1_000) / total.windowMs;
  }

  #total(subject: MetricSubject, windowMs: number): (Counted & { readonly windowMs: number }) | null {
    if (windowMs > LIVE_MAX_MS) {
      const counted = this.#counted(subject, windowMs);
      return counted === null ? null : { ...counted, windowMs };
    }
    return this.#live(subject, windowMs) ?? (this.#isMeasured() ? { requests: 0, failed: 0, windowMs } : null);
  }

  #live(subject: MetricSubject, windowMs: number): Figures | undefined {
    const kind = subject.kind === "edge" ? edgeKind(subject) : subject.kind;
    return this.#figures(kind, windowMs).get(subjectText(subject));
  }

  #figures(kind: string, windowMs: number): ReadonlyMap<string, Figures> {
    const keyOf = KEYS[kind];
    if (keyOf === undefined) return new Map();
    return this.#once(`figures ${kind} ${windowMs}`, () => this.#parts.telemetry.figuresBy(windowMs, keyOf));
  }

  #count(subject: MetricSubject, accepts: (instance: InstanceView) => boolean): number {
    const ofService = this.#once("instances", () => Map.groupBy(this.#parts.engine.instances(), ({ service }) => service as string));
    const service = subject.kind === "service" || subject.kind === "version" ? subject.service : "";
    const instances = (ofService.get(service) ?? []).filter(({ version }) => subject.kind !== "version" || version === subject.version);
    return instances.filter(accepts).length;
  }

  #flaps(subject: MetricSubject): number {
    const since = new Date(this.#nowMs - FLAP_WINDOW_MS).toISOString();
    const events = this.#once("flaps", () =>
      this.#parts.engine
        .healthEvents()
        .filter(
          ({ at, kind }) => at >= since && (kind === "instance-ejected" || kind === "instance-unhealthy" || kind === "lease-expired"),
        ),
    );
    return events.filter(
      ({ service, version }) =>
        (subject.kind === "service" && service === subject.service) ||
        (subject.kind === "version" && service === subject.service && version === subject.version),
    ).length;
  }

  #panicking(): ReadonlySet<string> {
    return this.#once(
      "panic",
      () => new Set(this.#parts.engine.standing().flatMap(({ kind, service }) => (kind === "panic" ? [service] : []))),
    );
  }

  #ofRelease(metric: "release-minutes" | "release-weight", { name }: Service): number | null {
    const releases = this.#once("releases", () => {
      const current = [...this.#state.releases.values()].filter((release) => !hasEnded(release) && release.state !== "pending");
      return new Map<ServiceName, Release>(current.map((release) => [release.service, release]));
    });
    const release = releases.get(name);
    if (release === undefined) return null;
    return metric === "release-weight" ? release.weightBp / 10_000 : (this.#nowMs - Date.parse(release.movedAt)) / MINUTE_MS;
  }

  #certificate(metric: "certificate-days" | "certificate-left", service: string | null): number | null {
    const { certificates, roots, trustDomain } = this.#once("identities", () => this.#parts.engine.identities());
    const isOwn = (identity: string) => service === null || serviceOf(trustDomain, identity) === service;
    const own = certificates.filter(({ connected, identity }) => connected && isOwn(identity));
    const times: readonly { readonly notBefore: string; readonly notAfter: string }[] = service === null ? [...own, ...roots] : own;
    if (times.length === 0) return null;
    const left = times.map(({ notAfter, notBefore }) => {
      const leftMs = Date.parse(notAfter) - this.#nowMs;
      return metric === "certificate-days" ? leftMs / DAY_MS : leftMs / Math.max(1, Date.parse(notAfter) - Date.parse(notBefore));
    });
    return Math.min(...left);
  }

  #named(subject: MetricSubject): Service | null {
    if (subject.kind === "mesh") return null;
    const { service, version } = subject.kind === "edge" ? subject.callee : endOf(subject);
    const found = this.#state.services.get(service as ServiceName);
    if (found === undefined || (version !== undefined && !found.versions.has(version as Version))) return null;
    return found;
  }

  /** Without a proxy nobody counts: then 0 is no figure. */
  #isMeasured(): boolean {
    return this.#mesh().proxies.some(({ connected }) => connected);
  }

  #mesh(): MeshView {
    return this.#once("mesh", () => this.#parts.engine.mesh());
  }

  #once<T>(key: string, read: () => T): T {
    if (!this.#read.has(key)) this.#read.set(key, read());
    return this.#read.get(key) as T;
  }
}

const text = ({ service, version }: EdgeEnd): string => `${service}@${version ?? ""}`;

/** How edges are summed for each kind of subject; which ends of an edge have a version is part of the kind. */
const KEYS: Readonly<Record<string, (caller: EdgeEnd, callee: EdgeEnd) => string | null>> = {
  service: (_, callee) => callee.service,
  version: (_, callee) => text(callee),
  edge: (caller, callee) => `${caller.service}>${callee.service}`,
  "edge-caller": (caller, callee) => `${text(caller)}>${callee.service}`,
  "edge-callee": (caller, callee) => `${caller.service}>${text(callee)}`,
  "edge-both": (caller, callee) => `${text(caller)}>${text(callee)}`,
};

function edgeKind({ callee, caller }: { readonly caller: MetricEnd; readonly callee: MetricEnd }): string {
  if (caller.version === undefined) return callee.version === undefined ? "edge" : "edge-callee";
  return callee.version === undefined ? "edge-caller" : "edge-both";
}

function endOf(subject: Extract<MetricSubject, { readonly kind: "service" | "version" }>): MetricEnd {
  return subject.kind === "service" ? { service: subject.service } : subject;
}

function ofSplit(metric: "weight" | "live" | "drained", service: Service, version: string): number {
  if (metric === "weight") return (service.weights[version] ?? 0) / 10_000;
  if (metric === "drained") return isDrained(service, version) ? 1 : 0;
  return liveVersions(service).has(version as Version) ? 1 : 0;
}

function behind(proxies: MeshView["proxies"]): number {
  const connected = proxies.filter((proxy) => proxy.connected);
  const newest = Math.max(0, ...connected.map(({ snapshotVersion }) => snapshotVersion ?? 0));
  return connected.filter(({ nack, snapshotVersion }) => {
    const serves = snapshotVersion ?? 0;
    return serves < newest || (nack !== null && nack.version > serves);
  }).length;
}

function serviceOf(trustDomain: string, identity: string): string | null {
  const principal = parseSpiffeId(trustDomain, identity);
  return principal?.kind === "instance" ? principal.service : null;
}

function isDrained(service: Service, version: string): boolean {
  return (weightsBeforePolicies(service)?.[version] ?? 0) > 0 && (service.weights[version] ?? 0) === 0;
}
