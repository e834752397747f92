import type { DrainingVersion, OutboundListener, ProxyMessage, Snapshot, TelemetryBatch } from "../../model/index.ts";
import type { ProxyView } from "../views.ts";
import type { ProxyLink } from "./proxy-link.ts";

export type Hello = Extract<ProxyMessage, { readonly kind: "hello" }>;

/** What the hub knows of a proxy, connected (`link`) or not. */
export interface KnownProxy {
  readonly hello: Hello;
  link: ProxyLink | null;
  base: number | null;
  /** The last message with a snapshot was a full one. */
  sentFull: boolean;
  owesFull: boolean;
  acked: Snapshot | null;
  ackedVersion: number | null;
  nack: ProxyView["nack"];
  outbound: ReadonlyMap<string, OutboundListener>;
  /** As last reported; null: it does not count them, or did not say yet. */
  draining: readonly DrainingVersion[] | null;
  /** The batch that could not be kept and is tried again; null when there is none. */
  unkept: TelemetryBatch | null;
  /** When figures of it were kept last, on the monotonic clock; null: never yet. */
  keptAtMs: number | null;
  lastSeenMs: number;
}

/** A connected proxy, as far as changes of weights depend on it. */
export type StandingProxy = Readonly<Pick<KnownProxy, "acked" | "ackedVersion" | "nack" | "draining">> & { readonly id: string };

/** A proxy that just said hello. */
export function newProxy(hello: Hello, link: ProxyLink, nowMs: number): KnownProxy {
  return {
    hello,
    link,
    base: null,
    sentFull: false,
    owesFull: false,
    acked: null,
    ackedVersion: null,
    nack: null,
    outbound: new Map(),
    draining: null,
    unkept: null,
    keptAtMs: null,
    lastSeenMs: nowMs,
  };
}

export function standingOf({ hello, acked, ackedVersion, nack, draining }: KnownProxy): StandingProxy {
  return { id: hello.proxyId, acked, ackedVersion, nack, draining };
}

/** A proxy as people see it. */
export function viewOf(proxy: KnownProxy): ProxyView {
  const { adminPort = null, proxyId, node, ingressPort, snapshotVersion } = proxy.hello;
  return {
    id: proxyId,
    node,
    connected: proxy.link !== null,
    snapshotVersion: proxy.ackedVersion ?? snapshotVersion,
    ingressPort,
    nack: proxy.nack,
    lastSeenAt: new Date(proxy.lastSeenMs).toISOString(),
    adminPort: proxy.link === null ? null : adminPort,
  };
}
