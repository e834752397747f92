import { once } from "node:events";
import net from "node:net";
import type { EngineMessage, ProxyMessage, TapEntry } from "../model/index.ts";

/** A proxy that does nothing but answer taps, over the real socket. */
export interface TappedProxy {
  /** The next message of a kind. */
  next<K extends EngineMessage["kind"]>(kind: K): Promise<Extract<EngineMessage, { readonly kind: K }>>;
  send(message: ProxyMessage): void;
  close(): void;
}

/** Connects as `node-a`. */
export async function connectTappedProxy(path: string): Promise<TappedProxy> {
  const socket = net.connect(path);
  await once(socket, "connect");
  const waiting: EngineMessage[] = [];
  const wanted: { kind: string; resolve(message: EngineMessage): void }[] = [];
  let rest = Buffer.alloc(0);
  socket.on("error", () => {});
  socket.on("data", (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE(0)) {
      const end = 4 + rest.readUInt32BE(0);
      const message = JSON.parse(rest.subarray(4, end).toString("utf8")) as EngineMessage;
      rest = rest.subarray(end);
      const index = wanted.findIndex(({ kind }) => kind === message.kind);
      if (index < 0) waiting.push(message);
      else wanted.splice(index, 1)[0]?.resolve(message);
    }
  });
  const send = (message: ProxyMessage) => {
    const body = Buffer.from(JSON.stringify(message));
    const head = Buffer.alloc(4);
    head.writeUInt32BE(body.length);
    socket.write(Buffer.concat([head, body]));
  };
  const place = { proxyId: "node-a", bootId: "boot-1", node: "node-a", zone: "node-a", pid: 1 };
  send({ kind: "hello", ...place, snapshotVersion: null, ingressPort: 15_080, adminPort: 45_678 });
  return {
    send,
    close: () => void socket.destroy(),
    next<K extends EngineMessage["kind"]>(kind: K) {
      type Message = Extract<EngineMessage, { readonly kind: K }>;
      const index = waiting.findIndex((message) => message.kind === kind);
      const found = index < 0 ? undefined : waiting.splice(index, 1)[0];
      if (found !== undefined) return Promise.resolve(found as Message);
      return new Promise<Message>((resolve) => wanted.push({ kind, resolve: (message) => resolve(message as Message) }));
    },
  };
}

/** A request that ended. */
export function tapEntry(more: Partial<TapEntry> = {}): TapEntry {
  return {
    atMs: Date.UTC(2026, 0, 1, 12),
    proxy: "node-a",
    side: "caller",
    caller: { service: "ingress", version: null },
    callee: { service: "payments", version: "2.1.0" },
    instance: "payments-2.1.0-a",
    method: "GET",
    host: "payments.mesh",
    path: "/pay",
    status: 200,
    code: null,
    rule: null,
    durationMs: 12.5,
    bytesIn: 100,
    bytesOut: 200,
    attempts: 1,
    encrypted: true,
    mirror: false,
    traceId: null,
    ...more,
  };
}
