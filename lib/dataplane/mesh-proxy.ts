import { randomUUID } from "node:crypto";
import { performance } from "node:perf_hooks";
import type { OutboundListener, Problem, Snapshot, SnapshotDelta, SnapshotEndpoint } from "../model/index.ts";
import { type Clock, ok, type Random, type Result } from "../std/index.ts";
import { gauge, type MetricFamily } from "../telemetry/index.ts";
import { type AccessLogLine, type AccessLogMode, RequestLog } from "./access-log.ts";
import type { ProxyContext } from "./caller-side.ts";
import { DeadlineSweep } from "./deadline-sweep.ts";
import { HealthBoard } from "./health/health-board.ts";
import type { LoopLoad } from "./health/load-shedder.ts";
import type { IdentityAgent } from "./identity/identity-agent.ts";
import { createPeerDialer, type DialFigures } from "./identity/peer-dialer.ts";
import type { InboundListener } from "./inbound-listener.ts";
import { InboundListeners } from "./inbound-listeners.ts";
import { Listener } from "./listener.ts";
import { ListeningSockets } from "./listening-sockets.ts";
import { isLoopback } from "./loopback.ts";
import { ProxyMetrics } from "./metrics.ts";
import { Mirrors } from "./mirror.ts";
import { applyDelta, compileConfig, INGRESS, type ProxyConfig, snapshotOf } from "./proxy-config.ts";
import { DEFAULT_LIMITS, type ProxyLimits } from "./proxy-limits.ts";
import { RetryPolicy } from "./retry-policy.ts";
import { ProxyTaps } from "./tap.ts";
import { TelemetryRecorder } from "./telemetry-recorder.ts";
import { TokenGate } from "./token-gate.ts";
import { UpstreamPool } from "./upstream-pool.ts";

const SWEEP_MS = 100;
const PORT_DRAWS_MAX = 20;
const LOOK_MS = 20;
const LAST_CLOSE_MS = 200;
/** How long connections at rest may send their last request when everything ends. */
const FAREWELL_MS = 1_000;
const NO_LOG = { mode: "off", write: () => {} } as const;

export interface ProxyOptions {
  /** The proxy serves the instances of this node; also its id. */
  readonly node: string;
  /** For zone preference; the node unless given. */
  readonly zone?: string;
  readonly clock: Clock;
  /** How busy the event loop was since the last call; measured unless given. */
  readonly loopLoad?: () => LoopLoad;
  readonly random: Random;
  readonly log: (line: string) => void;
  readonly limits?: Partial<ProxyLimits>;
  /** Ports of outbound listeners by instance, from earlier; asked for again so that they stay. */
  readonly ports?: ReadonlyMap<string, number>;
  /** What is written of requests; nothing unless given. The taps and exemplars work either way. */
  readonly accessLog?: { readonly mode: AccessLogMode; readonly write: (line: AccessLogLine) => void };
  /** For mTLS; absent: this proxy takes no part in it. */
  readonly inbound?: {
    readonly agent: IdentityAgent;
    /** Where inbound listeners listen; the address of each instance unless given. */
    readonly address?: string;
    /** Ports of inbound listeners by instance, from earlier. */
    readonly ports?: ReadonlyMap<string, number>;
  };
  /** Sockets that listen already, from the process before this one. */
  readonly sockets?: ListeningSockets;
  /** Called with the complete lists after listeners were opened or closed, and when an inbound one got or lost its certificate. */
  readonly onListeners?: (outbound: readonly OutboundListener[], inbound: readonly OutboundListener[]) => void;
}

/** The loop's own account counts work that it was interrupted in as busy, so the thread's processor time stands beside it. */
function measureLoopLoad(): () => LoopLoad {
  let last = performance.eventLoopUtilization();
  let lastCpu = process.threadCpuUsage();
  let lastMs = performance.now();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    const cpu = process.threadCpuUsage();
    const nowMs = performance.now();
    const cpuMs = (cpu.user + cpu.system - lastCpu.user - lastCpu.system) / 1_000;
    const onCpu = Math.min(1, cpuMs / Math.max(1, nowMs - lastMs));
    last = now;
    lastCpu = cpu;
    lastMs = nowMs;
    return { busy: utilization, onCpu };
  };
}

/**
 * One proxy process without its surroundings (engine link, disk, signals): configuration in, traffic through, figures out.
 * A new configuration is in force for the next request as soon as `apply…` returns, all weights of it at once.
 */
export class MeshProxy {
  readonly bootId: string = randomUUID();
  readonly recorder: TelemetryRecorder;
  readonly taps: ProxyTaps;
  readonly metrics: ProxyMetrics;
  readonly tokens: TokenGate;
  /** Which instances are healthy; its outbox is what the engine is told of it. */
  readonly health: HealthBoard;
  readonly #context: ProxyContext;
  readonly #node: string;
  readonly #ports: Map<string, number>;
  readonly #onListeners: NonNullable<ProxyOptions["onListeners"]>;
  readonly #inbound: InboundListeners | null;
  readonly #stopWatching: () => void;
  readonly #outbound = new Map<string, Listener>();
  readonly #closing = new Set<Listener>();
  #ingress: Listener | null = null;
  #isHeld = false;
  #sync: Promise<void> = Promise.resolve();
  /** Inbound listeners as they were told last. */
  #told = "";

  constructor(options: ProxyOptions) {
    const { accessLog = NO_LOG, clock, limits, log, node, onListeners = () => {}, ports = new Map(), random, zone = node } = options;
    const allLimits = { ...DEFAULT_LIMITS, ...limits };
    const sweep = new DeadlineSweep(clock, SWEEP_MS, (error) => log(`internal error: ${String(error)}`));
    this.recorder = new TelemetryRecorder({ proxyId: node, bootId: this.bootId }, clock);
    this.taps = new ProxyTaps(clock);
    this.tokens = new TokenGate(clock);
    this.metrics = new ProxyMetrics(this.recorder);
    this.metrics.addFamilies(() => this.#families());
    this.health = new HealthBoard({
      node,
      zone,
      clock,
      random,
      shedLagMs: allLimits.shedLagMs,
      loopLoad: options.loopLoad ?? measureLoopLoad(),
      isOwn: ({ address, port }) => {
        const { config, ownPorts } = this.#context;
        return config?.reserved.has(port) === true || (ownPorts.has(port) && isLoopback(address));
      },
      onEvent: (event) => this.metrics.countHealth(event),
    });
    this.#node = node;
    this.#ports = new Map(ports);
    this.#onListeners = onListeners;
    const agent = options.inbound?.agent;
    const identity = agent === undefined ? null : { agent, dialer: createPeerDialer({ agent, clock }) };
    if (identity !== null) this.metrics.addFamilies(() => [handshakeFamily(identity.dialer.figures)]);
    this.#context = {
      clock,
      random,
      limits: allLimits,
      sweep,
      recorder: this.recorder,
      requestLog: new RequestLog({
        ...accessLog,
        proxy: node,
        clock,
        random,
        watcher: this.taps,
        onTraced: (entry) => this.metrics.noteTrace(entry),
      }),
      pool: new UpstreamPool(allLimits, sweep, this.recorder, identity),
      identity,
      health: this.health,
      retries: new RetryPolicy(),
      mirrors: new Mirrors(),
      tokens: this.tokens,
      log,
      config: null,
      ownPorts: new Set(),
      isDraining: false,
      isLeaving: false,
      sockets: options.sockets ?? new ListeningSockets(),
    };
    this.#inbound = options.inbound === undefined ? null : new InboundListeners(this.#context, options.inbound);
    this.#stopWatching = agent?.watch(() => this.#tellInbound()) ?? (() => {});
  }

  /** Version of the snapshot in force; null before the first. */
  get version(): number | null {
    return this.#context.config?.version ?? null;
  }

  /** The snapshot in force, deltas included. */
  get snapshot(): Snapshot | null {
    return this.#context.config === null ? null : snapshotOf(this.#context.config);
  }

  get ingressPort(): number | null {
    return this.#ingress?.port ?? null;
  }

  /** Requests under way. */
  get active(): number {
    return this.#context.retries.active;
  }

  /** How long requests under way may take once it drains. */
  get drainMs(): number {
    return this.#context.limits.drainMs;
  }

  get outbound(): readonly OutboundListener[] {
    return [...this.#outbound].map(([instance, { port }]) => ({ instance, address: "127.0.0.1", port }) as OutboundListener);
  }

  /** Where callers' proxies reach local instances; only those that have a certificate. */
  get inbound(): readonly OutboundListener[] {
    return this.#inbound?.ready() ?? [];
  }

  /** The same with those that wait for their certificate. */
  get inboundOpened(): readonly OutboundListener[] {
    return this.#inbound?.opened() ?? [];
  }

  /** Opens the ingress; the system's error code when the port cannot be had. */
  async listenIngress(port: number): Promise<Result<number, string>> {
    const listener = new Listener(this.#context, { scope: "ingress", caller: INGRESS, subject: "ingress" });
    const opened = await listener.listen(port);
    if (opened.ok) this.#ingress = listener;
    return opened;
  }

  /** Replaces the configuration; a snapshot with any problem changes nothing. */
  applySnapshot(snapshot: Snapshot): Result<number, readonly Problem[]> {
    return this.#adopt(compileConfig(snapshot));
  }

  /** Changes the configuration; a delta with any problem, or on another base than the version in force, changes nothing. */
  applyDelta(delta: SnapshotDelta): Result<number, readonly Problem[]> {
    const { config } = this.#context;
    if (config !== null) return this.#adopt(applyDelta(config, delta));
    const detail = "There is no snapshot that the delta could change.";
    return { ok: false, error: [{ path: "base", code: "input.invalid", detail, fix: "Send the whole snapshot." }] };
  }

  /** Resolves once listeners follow the configuration in force. */
  settled(): Promise<void> {
    return this.#sync;
  }

  /** Whether listeners follow the configuration; while a successor takes them over they stay as they are. */
  holdListeners(isHeld: boolean): void {
    this.#isHeld = isHeld;
    if (!isHeld) this.#follow();
  }

  /**
   * Leaves new connections to the successor, and serves those that are open until each has had its next answer, tunnels and long requests included; what is
   * left after `graceMs` is drained.
   */
  async retire(graceMs: number): Promise<void> {
    this.#context.isLeaving = true;
    for (const listener of this.#listeners()) listener.stopAccepting();
    await this.#until((listener) => listener.connectionCount === 0, graceMs);
    await this.#finish(this.drainMs);
  }

  /**
   * Stops accepting, lets requests under way finish for up to `drainMs`, and ends the rest; all of them are counted then. A connection at rest is not ended at
   * once, since its next request may be on its way: for a part of the time it gets that answer, with `connection: close`.
   */
  async drain(): Promise<void> {
    const farewellMs = Math.min(FAREWELL_MS, this.drainMs / 3);
    this.#isHeld = true;
    this.#context.isLeaving = true;
    for (const listener of this.#listeners()) listener.stopAccepting();
    await this.#until((listener) => listener.connectionCount === 0, farewellMs);
    await this.#finish(this.drainMs - farewellMs);
  }

  async #finish(graceMs: number): Promise<void> {
    this.#context.isDraining = true;
    for (const listener of this.#listeners()) listener.close();
    await this.#until((listener) => !listener.isBusy, graceMs);
    for (const listener of this.#listeners()) listener.destroy();
    await this.#until((listener) => listener.connectionCount === 0, LAST_CLOSE_MS);
    this.close();
  }

  /** Ends everything at once. */
  close(): void {
    this.#stopWatching();
    for (const listener of this.#listeners()) listener.destroy();
    this.#context.pool.close();
    this.health.stop();
    this.#context.sweep.stop();
  }

  /** Resolves when all listeners are so, or when the time is over. */
  #until(isSo: (listener: Listener | InboundListener) => boolean, graceMs: number): Promise<void> {
    const { clock } = this.#context;
    const isOver = () => this.#listeners().every(isSo);
    if (isOver()) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = () => {
        stopWaiting();
        stopLooking();
        resolve();
      };
      const stopWaiting = clock.after(graceMs, finish);
      const stopLooking = clock.every(LOOK_MS, () => isOver() && finish());
    });
  }

  /** A port of this process that is no listener for requests: sending there is refused. */
  reservePort(port: number): void {
    this.#context.ownPorts.add(port);
  }

  #families(): readonly MetricFamily[] {
    const connections = this.#listeners().reduce((sum, { connectionCount }) => sum + connectionCount, 0);
    return [
      gauge("interlock_proxy_connections", "Connections of callers that are open.", connections),
      gauge("interlock_proxy_requests_active", "Requests under way.", this.active),
      ...this.health.families(),
      gauge("interlock_proxy_snapshot_version", "Snapshot in force; 0 before the first.", this.version ?? 0),
      ...this.#context.mirrors.families(),
    ];
  }

  #listeners(): (Listener | InboundListener)[] {
    const inbound = this.#inbound?.all() ?? [];
    return [...(this.#ingress === null ? [] : [this.#ingress]), ...this.#outbound.values(), ...this.#closing, ...inbound];
  }

  #tellListeners(): void {
    const { inbound } = this;
    this.#told = spell(inbound);
    this.#onListeners(this.outbound, inbound);
  }

  #tellInbound(): void {
    if (spell(this.inbound) !== this.#told) this.#tellListeners();
  }

  #adopt(config: Result<ProxyConfig, readonly Problem[]>): Result<number, readonly Problem[]> {
    if (!config.ok) return config;
    this.#context.config = config.value;
    this.health.sync(config.value);
    this.#context.pool.sync(config.value, this.health.live);
    this.#follow();
    return ok(config.value.version);
  }

  #follow(): void {
    this.#sync = this.#sync.then(() => this.#followConfig()).catch((error: unknown) => this.#context.log(`listeners: ${String(error)}`));
  }

  /** Opens a listener for each local instance and closes those of instances that are gone. */
  async #followConfig(): Promise<void> {
    const { config, isDraining } = this.#context;
    if (config === null || isDraining || this.#isHeld) return;
    const wanted = new Map<string, SnapshotEndpoint>();
    const taken = new Set<number>(config.reservedPorts);
    for (const { endpoints } of config.table.services()) {
      for (const endpoint of endpoints) {
        taken.add(endpoint.port);
        if (endpoint.node === this.#node) wanted.set(endpoint.id, endpoint);
      }
    }
    const gone = [...this.#outbound].filter(([id]) => !wanted.has(id));
    for (const [id, listener] of gone) this.#retire(id, listener);
    const missing = [...wanted.values()].filter(({ id }) => !this.#outbound.has(id));
    await Promise.all(missing.map((endpoint) => this.#open(endpoint, taken)));
    for (const id of this.#ports.keys()) if (!wanted.has(id)) this.#ports.delete(id);
    const isChanged = (await this.#inbound?.follow(wanted, taken)) === true;
    if (isChanged || gone.length + missing.length > 0) this.#tellListeners();
  }

  #retire(id: string, listener: Listener): void {
    this.#outbound.delete(id);
    this.#closing.add(listener);
    listener.close();
    for (const old of this.#closing) if (old.connectionCount === 0) this.#closing.delete(old);
  }

  /** The port of before where it can be had. A port that an instance claims is drawn again: the instance may not have started yet. */
  async #open({ id, service, version }: SnapshotEndpoint, taken: ReadonlySet<number>): Promise<void> {
    const before = this.#ports.get(id);
    for (let draw = 0; draw < PORT_DRAWS_MAX; draw++) {
      const listener = new Listener(this.#context, { scope: "outbound", caller: { service, version }, subject: id });
      const opened = await listener.listen(draw === 0 && before !== undefined && !taken.has(before) ? before : 0);
      if (opened.ok && !taken.has(opened.value)) {
        this.#outbound.set(id, listener);
        this.#ports.set(id, opened.value);
        return;
      }
      if (opened.ok) listener.close();
    }
    this.#context.log(`no outbound port for ${id}: it has no proxy until the next change`);
  }
}

function spell(listeners: readonly OutboundListener[]): string {
  return listeners.map(({ address, instance, port }) => `${instance} ${address} ${port}`).join("\n");
}

function handshakeFamily(figures: DialFigures): MetricFamily {
  return {
    type: "counter",
    name: "interlock_proxy_handshakes",
    help: "TLS handshakes with inbound listeners of other proxies.",
    samples: (["full", "resumed", "refused"] as const).map((kind) => ({ labels: { kind }, value: figures[kind] })),
  };
}
