/**
 * The engine's end of the proxy protocol (lib/model/proxy-protocol.ts): one Unix socket, one link per proxy.
 *
 * State per proxy: `base`, the snapshot version that it will be at once it has read everything sent to it (null: not known), and the last snapshot that
 * it acknowledged.
 *   hello               → a full snapshot; base = its version
 *   publish             → the delta when base is the version before and the link keeps up, else a full snapshot once it does; base = the new version
 *   ack v               → v is in force there; an ack of a version that was never published ends the connection
 *   nack v              → base = null, so the next publish is a full snapshot; with `snapshot.base-mismatch` one is sent at once
 *   telemetry           → counted, then acknowledged; the newest is tried again each second while it cannot be kept; one of another boot ends the connection
 * A slow reader is never sent more than one message ahead of what the kernel takes: what it missed is folded into one full snapshot.
 * Invariant: a proxy is shown as accepting a version only after its own ack of that version or a later one.
 */
import { createServer, type Server, type Socket } from "node:net";
import type {
  EngineMessage,
  InstanceHealthEvent,
  OutboundListener,
  ProxyMessage,
  ServiceName,
  Snapshot,
  TapEntry,
  TelemetryBatch,
} from "../../model/index.ts";
import type { Clock } from "../../std/index.ts";
import type { IdentityMessage } from "../identity-desk.ts";
import { deltaBetween } from "../snapshot-builder.ts";
import type { ProxyView } from "../views.ts";
import { waitUntil } from "../wait-until.ts";
import { encodeFrame } from "./frames.ts";
import { type InboundListeners, type InboundMemory, mergeInbound } from "./inbound-listeners.ts";
import { type Hello, type KnownProxy, newProxy, type StandingProxy, standingOf, viewOf } from "./known-proxy.ts";
import { listenOn } from "./listen-on.ts";
import { createProxyLink, type ProxyLink } from "./proxy-link.ts";

export interface ProxyHubOptions {
  /** Path of the socket. */
  readonly path: string;
  readonly clock: Clock;
  /** Keeps a batch; throws when it could not be kept. */
  readonly onTelemetry: (batch: TelemetryBatch) => void;
  /** What proxies said of their inbound listeners before; nothing is kept without one. */
  readonly inboundMemory?: InboundMemory;
  /** A proxy holds a newer snapshot than the engine has: publish one above it. */
  readonly onNewer: (version: number) => void;
  /** Acks, nacks, connections and losses: whoever shows acceptance should look again. */
  readonly onAcceptance: () => void;
  readonly onListeners: () => void;
  /** What a proxy decided about instances. */
  readonly onInstanceHealth: (proxyId: string, events: readonly InstanceHealthEvent[]) => void;
  readonly onTap: (tapId: string, entries: readonly TapEntry[], dropped: number) => void;
  /** A proxy said hello and has its snapshot; what else it should know is sent now. */
  readonly onWelcome: (proxyId: string, send: (message: EngineMessage) => void) => void;
  readonly onLost: (proxyId: string) => void;
  /** A proxy asks for a certificate, or speaks of what it trusts; `send` answers it. */
  readonly onIdentity: (hello: Hello, message: IdentityMessage, send: (message: EngineMessage) => void) => void;
  /** A batch could not be kept, or a connection not be accepted. */
  readonly onFault: (error: unknown) => void;
  readonly onEvent: (kind: "proxy-connected" | "proxy-lost" | "proxy-nack" | "limit-reached", subject: string, sentence: string) => void;
}

const HELLO_WITHIN_MS = 5_000;
const KEEP_AGAIN_MS = 1_000;
/** Proxies that are remembered, and connections that are open at once. */
const PROXIES_MAX = 256;
/** How long a proxy may take to acknowledge the newest snapshot and still count as serving the current one. */
const PUSH_GRACE_MS = 1_000;
/** Snapshots whose ack may still come. */
const RECENT_MAX = 64;

/** The connected proxies and what they serve. */
export class ProxyHub {
  readonly #options: ProxyHubOptions;
  readonly #server: Server;
  readonly #links = new Set<ProxyLink>();
  readonly #proxies = new Map<string, KnownProxy>();
  readonly #recent = new Map<number, Snapshot>();
  readonly #waiters = new Set<() => void>();
  #current: Snapshot | null = null;
  readonly #reports: Map<string, readonly OutboundListener[]>;
  #inbound: InboundListeners;
  #publishedMs = 0;
  #closing = false;
  #isFull = false;

  constructor(options: ProxyHubOptions) {
    this.#options = options;
    this.#reports = new Map(options.inboundMemory?.load());
    this.#inbound = mergeInbound(new Map(), this.#reports);
    this.#server = createServer((socket) => this.#greet(socket));
    // Such as too many open files: the connection is lost, the engine is not.
    this.#server.on("error", (error) => this.#options.onFault(error));
  }

  /** The snapshot that proxies should serve; null before the first. */
  get current(): Snapshot | null {
    return this.#current;
  }

  listen(): Promise<void> {
    return listenOn(this.#server, this.#options.path);
  }

  /** Sends a snapshot, or what changed since the one before, to every proxy. */
  publish(snapshot: Snapshot): void {
    const previous = this.#current;
    this.#current = snapshot;
    this.#publishedMs = this.#options.clock.monotonicMs();
    this.#remember(snapshot);
    const delta = previous === null ? null : deltaBetween(previous, snapshot);
    const frame = delta === null ? null : encodeFrame({ kind: "delta", delta });
    for (const proxy of this.#connected()) {
      if (frame === null || proxy.base !== previous?.version || proxy.link === null || proxy.link.isBehind) {
        this.#sendFull(proxy);
        continue;
      }
      proxy.link.sendFrame(frame);
      proxy.base = snapshot.version;
      proxy.sentFull = false;
    }
  }

  /** Sends a message to every connected proxy; how many there are. */
  broadcast(message: EngineMessage): number {
    const connected = this.#connected();
    for (const { link } of connected) link?.send(message);
    return connected.length;
  }

  proxies(): readonly ProxyView[] {
    return [...this.#proxies.values()].map(viewOf).sort((left, right) => (left.id < right.id ? -1 : 1));
  }

  /** What an instance's `HTTP_PROXY` should point at; null while no connected proxy listens for it. */
  outboundOf(instance: string): { readonly address: string; readonly port: number } | null {
    for (const proxy of this.#proxies.values()) {
      const listener = proxy.outbound.get(instance);
      if (listener !== undefined) return { address: listener.address, port: listener.port };
    }
    return null;
  }

  /** Where instances are reached over mTLS; the same map until that changes. */
  get inbound(): InboundListeners {
    return this.#inbound;
  }

  /** The connected proxies, with what each acknowledged last. */
  standing(): readonly StandingProxy[] {
    return this.#connected().map(standingOf);
  }

  /** Whether figures of every connected proxy were kept within `windowMs`, and there is one: only then no traffic means that there was none. */
  isMeasured(windowMs: number): boolean {
    const sinceMs = this.#options.clock.monotonicMs() - windowMs;
    const connected = this.#connected();
    return connected.length > 0 && connected.every(({ keptAtMs }) => keptAtMs !== null && keptAtMs > sinceMs);
  }

  /** Connected proxies, and those of them that serve at least `rev` of the service. */
  acceptance(service: ServiceName, rev: number): { readonly acknowledged: number; readonly proxies: number } {
    const connected = this.#connected();
    const acknowledged = connected.filter((proxy) => (proxy.acked?.services[service]?.rev ?? -1) >= rev).length;
    return { acknowledged, proxies: connected.length };
  }

  /** Resolves true once every connected proxy serves `version` or newer, false after `timeoutMs`. */
  accepted(version: number, timeoutMs: number): Promise<boolean> {
    const holds = () => this.#connected().every((proxy) => (proxy.ackedVersion ?? -1) >= version);
    return waitUntil(holds, { clock: this.#options.clock, timeoutMs, waiters: this.#waiters });
  }

  /** Whether a connected proxy with an ingress serves the current snapshot, or is being sent it. */
  servesIngress(): boolean {
    const current = this.#current;
    if (current === null) return false;
    const isUnderWay = this.#options.clock.monotonicMs() - this.#publishedMs < PUSH_GRACE_MS;
    const version = isUnderWay ? 0 : current.version;
    return this.#connected().some(
      ({ hello, ackedVersion }) => hello.ingressPort !== null && ackedVersion !== null && ackedVersion >= version,
    );
  }

  async close(): Promise<void> {
    this.#closing = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const link of this.#links) link.close("the engine stops");
    await closed;
  }

  #connected(): readonly KnownProxy[] {
    return [...this.#proxies.values()].filter((proxy) => proxy.link !== null);
  }

  #remember(snapshot: Snapshot): void {
    this.#recent.set(snapshot.version, snapshot);
    for (const version of this.#recent.keys()) {
      if (this.#recent.size <= RECENT_MAX) return;
      this.#recent.delete(version);
    }
  }

  #sendFull(proxy: KnownProxy): void {
    const snapshot = this.#current;
    if (proxy.link === null || snapshot === null) return;
    proxy.base = null;
    proxy.owesFull = proxy.link.isBehind;
    if (proxy.owesFull) return;
    proxy.link.send({ kind: "snapshot", snapshot });
    proxy.base = snapshot.version;
    proxy.sentFull = true;
  }

  #greet(socket: Socket): void {
    if (this.#links.size >= PROXIES_MAX) return this.#turnAway(socket);
    let proxy: KnownProxy | null = null;
    let isRetiring = false;
    const link = createProxyLink(socket, {
      message: (message) => {
        if (proxy !== null && (!isRetiring || message.kind === "telemetry")) return this.#take(proxy, message);
        if (proxy !== null) return;
        if (message.kind !== "hello") return link.close("it did not say hello first");
        cancelHello();
        // One that leaves is not the proxy any more: only its last figures are wanted.
        isRetiring = message.retiring === true;
        proxy = isRetiring ? newProxy(message, link, this.#options.clock.wallMs()) : this.#welcome(message, link);
      },
      drained: () => {
        if (proxy?.owesFull) this.#sendFull(proxy);
      },
      closed: (why) => {
        cancelHello();
        this.#links.delete(link);
        this.#isFull = false;
        if (proxy !== null && !isRetiring) this.#lose(proxy, why);
      },
    });
    const cancelHello = this.#options.clock.after(HELLO_WITHIN_MS, () => link.close("it did not say hello"));
    this.#links.add(link);
  }

  /** Said once per stretch at the limit: whoever dials in a loop must not push other events out of sight. */
  #turnAway(socket: Socket): void {
    socket.destroy();
    if (this.#isFull) return;
    this.#isFull = true;
    this.#options.onEvent("limit-reached", "proxies", `A proxy was turned away: ${PROXIES_MAX} are connected, which is the limit.`);
  }

  #welcome(hello: Hello, link: ProxyLink): KnownProxy {
    const before = this.#proxies.get(hello.proxyId);
    const proxy = newProxy(hello, link, this.#options.clock.wallMs());
    this.#proxies.delete(hello.proxyId);
    this.#proxies.set(hello.proxyId, proxy);
    const replaced = before?.link ?? null;
    if (before !== undefined) before.link = null;
    replaced?.close("the same proxy connected again");
    this.#forgetOldest();
    this.#options.onEvent("proxy-connected", hello.proxyId, `The proxy of node ${hello.node} connected (pid ${hello.pid}).`);
    if (hello.snapshotVersion !== null && hello.snapshotVersion > (this.#current?.version ?? 0))
      this.#options.onNewer(hello.snapshotVersion);
    if (proxy.base === null && !proxy.owesFull) this.#sendFull(proxy);
    this.#options.onWelcome(hello.proxyId, (message) => link.send(message));
    this.#acceptanceMoved();
    return proxy;
  }

  #forgetOldest(): void {
    for (const [id, proxy] of this.#proxies) {
      if (this.#proxies.size <= PROXIES_MAX) return;
      if (proxy.link === null) this.#proxies.delete(id);
    }
  }

  #take(proxy: KnownProxy, message: ProxyMessage): void {
    proxy.lastSeenMs = this.#options.clock.wallMs();
    switch (message.kind) {
      case "hello":
        proxy.link?.close("it said hello twice");
        return;
      case "ack":
        if (message.version > (this.#current?.version ?? 0)) {
          proxy.link?.close(`it acknowledged snapshot ${message.version}, which was never published`);
          return;
        }
        proxy.acked = this.#recent.get(message.version) ?? proxy.acked;
        proxy.ackedVersion = message.version;
        proxy.nack = null;
        proxy.draining = message.draining ?? null;
        this.#acceptanceMoved();
        return;
      case "draining":
        proxy.draining = message.versions;
        this.#acceptanceMoved();
        return;
      case "nack":
        this.#takeNack(proxy, message);
        return;
      case "listeners":
        proxy.outbound = new Map(message.outbound.map((listener) => [listener.instance, listener]));
        this.#keepInbound(proxy.hello.proxyId, message.inbound);
        this.#options.onListeners();
        return;
      case "instance-health":
        this.#options.onInstanceHealth(proxy.hello.proxyId, message.events);
        return;
      case "tap":
        this.#options.onTap(message.tapId, message.entries, message.dropped);
        return;
      case "csr":
      case "trust-ack":
      case "token-key-unknown":
        this.#options.onIdentity(proxy.hello, message, (answer) => proxy.link?.send(answer));
        return;
      case "telemetry":
        this.#takeBatch(proxy, message.batch);
        return;
    }
  }

  #takeBatch(proxy: KnownProxy, batch: TelemetryBatch): void {
    const { proxyId, bootId } = proxy.hello;
    if (batch.proxyId !== proxyId || batch.bootId !== bootId) {
      proxy.link?.close("it sent figures in another proxy's name");
      return;
    }
    const isTriedAgain = proxy.unkept !== null;
    proxy.unkept = batch;
    if (!isTriedAgain) this.#keep(proxy);
  }

  /** Counts a batch, then acknowledges it. One that could not be kept is tried again: the proxy waits for its ack and sends no other. */
  #keep(proxy: KnownProxy): void {
    const { link, unkept: batch } = proxy;
    if (link === null || batch === null) return;
    try {
      this.#options.onTelemetry(batch);
    } catch (error) {
      this.#options.onFault(error);
      this.#options.clock.after(KEEP_AGAIN_MS, () => this.#keep(proxy));
      return;
    }
    proxy.unkept = null;
    proxy.keptAtMs = this.#options.clock.monotonicMs();
    link.send({ kind: "telemetry-ack", bootId: batch.bootId, seq: batch.seq });
  }

  #takeNack(proxy: KnownProxy, { version, code, detail }: Extract<ProxyMessage, { readonly kind: "nack" }>): void {
    if (code === "snapshot.base-mismatch") {
      // Deltas that were under way together are all refused; the full snapshot on its way heals them at once.
      if (!proxy.sentFull) this.#sendFull(proxy);
      return;
    }
    proxy.base = null;
    proxy.nack = { version, code, detail, at: new Date(proxy.lastSeenMs).toISOString() };
    const sentence = `The proxy of node ${proxy.hello.node} refused snapshot ${version} and keeps the one before: ${detail}`;
    this.#options.onEvent("proxy-nack", proxy.hello.proxyId, sentence);
    this.#acceptanceMoved();
  }

  #lose(proxy: KnownProxy, why: string): void {
    if (proxy.link === null) return;
    proxy.link = null;
    proxy.outbound = new Map();
    if (this.#closing) return;
    this.#options.onLost(proxy.hello.proxyId);
    this.#options.onEvent("proxy-lost", proxy.hello.proxyId, `The proxy of node ${proxy.hello.node} is gone: ${why}.`);
    this.#options.onListeners();
    this.#acceptanceMoved();
  }

  /** The newest report is the last; the oldest proxies that are forgotten are forgotten here too. */
  #keepInbound(proxyId: string, listeners: readonly OutboundListener[]): void {
    this.#reports.delete(proxyId);
    if (listeners.length > 0) this.#reports.set(proxyId, listeners);
    for (const id of this.#reports.keys()) if (this.#reports.size > PROXIES_MAX) this.#reports.delete(id);
    const merged = mergeInbound(this.#inbound, this.#reports);
    if (merged === this.#inbound) return;
    this.#inbound = merged;
    try {
      this.#options.inboundMemory?.save(this.#reports);
    } catch (error) {
      this.#options.onFault(error);
    }
  }

  #acceptanceMoved(): void {
    for (const check of [...this.#waiters]) check();
    this.#options.onAcceptance();
  }
}
