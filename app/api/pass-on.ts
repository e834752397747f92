/**
 * Passes a request of the browser on to the engine's Unix socket, unchanged, and the answer back: the console decides nothing itself.
 *
 * In: any request under `/api`. Out: the engine's answer as it is, status, headers and body; 503 `engine.unreachable` where there is none.
 * Invariants: `Host`, `Origin` and `Sec-Fetch-Site` are the browser's, because the engine judges by them; bodies and streams are never
 * held back; a browser that goes away ends the engine's work at once. It retries nothing: whether a write got through is not known here.
 */
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import type { ReadableStream as NodeReadableStream } from "node:stream/web";
import { socketPath } from "@/lib/supervisor/index.ts";

/** Headers that belong to one connection (RFC 9110, 7.6.1), not to the message. */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Answers a request with what the engine answers. */
export function passOn(request: Request): Promise<Response> {
  const engineSocket = socketPath(process.env["INTERLOCK_DATA"] || ".interlock", "engine.sock");
  return passOnTo(engineSocket, request);
}

/** The same, to the engine behind `engineSocket`. */
export function passOnTo(engineSocket: string, request: Request): Promise<Response> {
  const url = new URL(request.url);
  return new Promise((resolve) => {
    const upstream = httpRequest({
      socketPath: engineSocket,
      method: request.method,
      path: url.pathname + url.search,
      headers: forwardedHeaders(request.headers),
    });
    const abort = () => upstream.destroy();
    request.signal.addEventListener("abort", abort, { once: true });
    upstream.once("close", () => request.signal.removeEventListener("abort", abort));
    upstream.once("response", (answer) => resolve(toResponse(request.method, answer)));
    upstream.once("error", () => resolve(unreachable()));
    if (request.body === null) upstream.end();
    else sendBody(request.body, upstream);
  });
}

function sendBody(body: ReadableStream<Uint8Array>, upstream: ReturnType<typeof httpRequest>): void {
  const source = Readable.fromWeb(body as NodeReadableStream<Uint8Array>);
  source.once("error", () => upstream.destroy());
  // An engine that refuses early closes its side while the body is still being sent.
  upstream.once("close", () => source.destroy());
  source.pipe(upstream);
}

function forwardedHeaders(headers: Headers): Record<string, string> {
  const named = new Set((headers.get("connection") ?? "").split(",").map((name) => name.trim().toLowerCase()));
  const forwarded: Record<string, string> = {};
  for (const [name, value] of headers) {
    if (!HOP_BY_HOP.has(name) && !named.has(name)) forwarded[name] = value;
  }
  return forwarded;
}

function toResponse(method: string, answer: IncomingMessage): Response {
  const status = answer.statusCode ?? 502;
  const bodiless = method === "HEAD" || status === 204 || status === 304;
  if (bodiless) answer.resume();
  return new Response(bodiless ? null : streamOf(answer), { status, headers: answerHeaders(answer.headers) });
}

/** The body as it comes; cancelling it (the browser went away) ends the engine's answer. */
function streamOf(answer: IncomingMessage): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      answer.on("data", (chunk: Buffer) => {
        controller.enqueue(new Uint8Array(chunk));
        if ((controller.desiredSize ?? 0) <= 0) answer.pause();
      });
      answer.once("end", () => controller.close());
      answer.once("error", (error) => controller.error(error));
    },
    pull() {
      answer.resume();
    },
    cancel() {
      answer.destroy();
    },
  });
}

function answerHeaders(headers: IncomingHttpHeaders): Headers {
  const result = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (HOP_BY_HOP.has(name) || value === undefined) continue;
    for (const each of Array.isArray(value) ? value : [value]) result.append(name, each);
  }
  return result;
}

function unreachable(): Response {
  const problem = {
    type: "about:blank",
    title: "Engine is unreachable",
    status: 503,
    code: "engine.unreachable",
    detail: "The engine did not answer the console. Traffic keeps flowing; a change that was being sent may or may not have been applied.",
    errors: [],
  };
  return new Response(JSON.stringify(problem), {
    status: 503,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store", "retry-after": "1" },
  });
}
