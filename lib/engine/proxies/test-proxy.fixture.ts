import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { EngineMessage, ProxyMessage } from "../../model/index.ts";
import { createFrameReader, encodeFrame } from "./frames.ts";

/** A proxy that speaks the protocol and nothing else; the test decides what it answers. */
export interface TestProxy {
  readonly socket: Socket;
  send(message: ProxyMessage): void;
  /** The next message of a kind, those already here first. */
  next<K extends EngineMessage["kind"]>(kind: K): Promise<Extract<EngineMessage, { readonly kind: K }>>;
  /** Messages that came and were not asked for. */
  readonly waiting: readonly EngineMessage[];
  hello(more?: Partial<Extract<ProxyMessage, { readonly kind: "hello" }>>): void;
  close(): Promise<void>;
}

/** Dials the engine's socket. */
export async function dialAsProxy(path: string): Promise<TestProxy> {
  const socket = connect(path);
  await once(socket, "connect");
  const reader = createFrameReader();
  const waiting: EngineMessage[] = [];
  const wanted: { readonly kind: string; readonly resolve: (message: EngineMessage) => void }[] = [];
  socket.on("error", () => {});
  socket.on("data", (chunk: Buffer) => {
    const messages = reader.push(chunk);
    if (!messages.ok) throw new Error(messages.error);
    for (const message of messages.value as readonly EngineMessage[]) {
      const index = wanted.findIndex(({ kind }) => kind === message.kind);
      if (index < 0) waiting.push(message);
      else wanted.splice(index, 1)[0]?.resolve(message);
    }
  });
  const send = (message: ProxyMessage) => void socket.write(encodeFrame(message));
  return {
    socket,
    send,
    waiting,
    next<K extends EngineMessage["kind"]>(kind: K) {
      const index = waiting.findIndex((message) => message.kind === kind);
      const found = index < 0 ? undefined : waiting.splice(index, 1)[0];
      type Message = Extract<EngineMessage, { readonly kind: K }>;
      if (found !== undefined) return Promise.resolve(found as Message);
      return new Promise<Message>((resolve) => wanted.push({ kind, resolve: (message) => resolve(message as Message) }));
    },
    hello: (more = {}) =>
      send({
        kind: "hello",
        proxyId: "node-a",
        bootId: "boot-1",
        node: "node-a",
        pid: 1,
        snapshotVersion: null,
        ingressPort: 15080,
        zone: "node-a",
        ...more,
      }),
    async close() {
      if (socket.destroyed) return;
      socket.destroy();
      await once(socket, "close");
    },
  };
}
