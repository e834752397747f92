/** The engine's end of the proxy link, for tests: a real socket that can be killed at any moment. */
import net from "node:net";
import type { EngineMessage, ProxyMessage, TelemetryBatch } from "../model/index.ts";
import { encodeFrame, FrameDecoder } from "./frame-codec.ts";

export interface TestEngine {
  readonly messages: readonly ProxyMessage[];
  /** Batches by `bootId` and `seq`, each counted once. */
  readonly batches: ReadonlyMap<string, TelemetryBatch>;
  /** What it answers to each hello. */
  greeting: EngineMessage | null;
  /** Whether it acknowledges batches. */
  acknowledges: boolean;
  send(message: unknown): void;
  /** Resolves with the next message of this kind, from now on. */
  next<K extends ProxyMessage["kind"]>(kind: K): Promise<Extract<ProxyMessage, { kind: K }>>;
  /** Cuts the connection, as a killed process does. */
  cut(): void;
  stop(): Promise<void>;
  start(): Promise<void>;
}

export function createTestEngine(path: string): TestEngine {
  const messages: ProxyMessage[] = [];
  const batches = new Map<string, TelemetryBatch>();
  const waiting = new Set<(message: ProxyMessage) => void>();
  let server = net.createServer();
  let link: net.Socket | null = null;

  const take = (message: ProxyMessage): void => {
    messages.push(message);
    for (const resolve of [...waiting]) resolve(message);
    if (message.kind === "hello" && engine.greeting !== null) engine.send(engine.greeting);
    if (message.kind !== "telemetry") return;
    const { bootId, seq } = message.batch;
    batches.set(`${bootId} ${seq}`, message.batch);
    if (engine.acknowledges) engine.send({ kind: "telemetry-ack", bootId, seq });
  };

  const engine: TestEngine = {
    messages,
    batches,
    greeting: null,
    acknowledges: true,
    send: (message) => void link?.write(encodeFrame(message)),
    next: (kind) =>
      new Promise((resolve) => {
        const look = (message: ProxyMessage): void => {
          if (message.kind !== kind) return;
          waiting.delete(look);
          resolve(message as never);
        };
        waiting.add(look);
      }),
    cut: () => link?.destroy(),
    async stop() {
      link?.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
    async start() {
      server = net.createServer((socket) => {
        const decoder = new FrameDecoder();
        link = socket;
        socket.on("error", () => {});
        socket.on("data", (bytes) => {
          for (const message of decoder.push(bytes)) take(message as ProxyMessage);
        });
      });
      await new Promise<void>((resolve) => server.listen(path, resolve));
    },
  };
  return engine;
}
