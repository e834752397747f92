import http from "node:http";
import { err, ok } from "../std/index.ts";
import type { LoadPort, LoadView } from "./routes/load.ts";

const TIMEOUT_MS = 2000;

/** The load generator behind a Unix socket that serves `GET` and `PUT /load`; absent while nobody listens there. */
export function createSocketLoad(socketPath: string): LoadPort {
  return {
    async get() {
      const answer = await exchange(socketPath, "GET");
      return answer?.status === 200 ? (answer.body as LoadView) : undefined;
    },
    async set(targetRps) {
      const answer = await exchange(socketPath, "PUT", JSON.stringify({ targetRps }));
      if (answer === undefined) return undefined;
      return answer.status === 200 ? ok(answer.body as LoadView) : err({ detail: String((answer.body as { detail?: unknown }).detail) });
    },
  };
}

function exchange(socketPath: string, method: string, body?: string): Promise<{ status: number; body: unknown } | undefined> {
  return new Promise((resolve) => {
    const headers = body === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const request = http.request({ socketPath, path: "/load", method, headers, timeout: TIMEOUT_MS }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", () => resolve(undefined));
      response.on("end", () => resolve(readAnswer(response.statusCode ?? 0, Buffer.concat(chunks).toString("utf8"))));
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(undefined));
    request.end(body);
  });
}

function readAnswer(status: number, text: string): { status: number; body: unknown } | undefined {
  try {
    return { status, body: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
