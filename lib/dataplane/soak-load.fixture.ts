import http from "node:http";
import type net from "node:net";

const TICK_MS = 10;
const ABORT_WITHIN_MS = 20;
const PATIENCE_MS = 10_000;

export interface SoakLoad {
  /** Requests by what was meant to become of them. */
  readonly sent: { answered: number; aborted: number; reset: number };
  /** Requests that should have been answered well and were not. */
  readonly failures: string[];
  stop(): Promise<void>;
}

/**
 * An open loop: `perSecond` requests whatever becomes of those before. A tenth is aborted by the caller, a twentieth goes where the instance resets the
 * connection; of the rest a third are POSTs with a body, and every tenth comes on a connection of its own.
 */
export function startSoakLoad(port: number, host: string, perSecond: number): SoakLoad {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  const underWay = new Set<Promise<void>>();
  const load = { sent: { answered: 0, aborted: 0, reset: 0 }, failures: [] as string[] };
  let count = 0;
  const startedMs = performance.now();
  const send = () => {
    const turn = count++ % 20;
    const kind = turn < 2 ? "aborted" : turn === 2 ? "reset" : "answered";
    load.sent[kind] += 1;
    const done = ask({ port, host, kind, turn, agent: turn % 10 === 3 ? false : agent }).then((failure) => {
      underWay.delete(done);
      if (failure !== null) load.failures.push(failure);
    });
    underWay.add(done);
  };
  const timer = setInterval(() => {
    const due = ((performance.now() - startedMs) / 1_000) * perSecond;
    while (count < due) send();
  }, TICK_MS);
  return {
    ...load,
    async stop() {
      clearInterval(timer);
      await Promise.all(underWay);
      agent.destroy();
    },
  };
}

interface Question {
  readonly port: number;
  readonly host: string;
  readonly kind: "answered" | "aborted" | "reset";
  readonly turn: number;
  readonly agent: http.Agent | false;
}

/** Resolves to what went wrong and should not have; null otherwise. */
function ask({ port, host, kind, turn, agent }: Question): Promise<string | null> {
  return new Promise((resolve) => {
    const isPost = turn % 3 === 0;
    const path = kind === "reset" ? "/reset" : kind === "aborted" ? "/slow" : `/turn/${turn}`;
    const request = http.request({
      host: "127.0.0.1",
      port,
      method: isPost ? "POST" : "GET",
      path,
      headers: { host },
      agent,
      timeout: PATIENCE_MS,
    });
    const end = (failure: string) => resolve(kind === "answered" ? `${request.method} ${path}: ${failure}` : null);
    request.on("timeout", () => request.destroy(new Error("no answer in time")));
    request.on("error", (error) => end(error.message));
    request.on("response", (response) => {
      response.resume();
      response.on("error", (error) => end(error.message));
      response.on("end", () => (response.statusCode === 200 ? resolve(null) : end(`status ${response.statusCode}`)));
    });
    if (isPost) request.write("x".repeat(512));
    request.end();
    if (kind === "aborted") setTimeout(() => request.destroy(), Math.random() * ABORT_WITHIN_MS);
  });
}

/** An instance for that load: answers, takes its time at /slow, resets at /reset. */
export function soakInstance(): net.Server {
  return http.createServer((request, response) => {
    request.resume();
    if (request.url === "/reset") return void (request.socket as net.Socket).resetAndDestroy();
    if (request.url === "/slow") setTimeout(() => response.end("slow"), ABORT_WITHIN_MS);
    else request.on("end", () => response.end(request.url));
  });
}

/** Lets the soak go on for so long. */
export function pass(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
