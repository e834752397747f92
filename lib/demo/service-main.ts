/**
 * One instance of one demo service: a plain HTTP program that knows nothing of the mesh but its `HTTP_PROXY`.
 * Environment: DEMO_SERVICE, DEMO_VERSION, PORT, HTTP_PROXY, and the version's behaviour as JSON in DEMO_BEHAVIOUR; DEMO_CRASH_AFTER_MS lets it end by itself,
 * after that time on average.
 */
import http from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { createXorshift, invariant } from "../std/index.ts";
import type { LatencyModel } from "./catalogue.ts";
import { createMeshCall, parseJson, readBody } from "./mesh-call.ts";
import { sampleLatencyMs } from "./sample-latency.ts";
import { SHOP, type ShopAnswer, type ShopContext, ShopFailure, type ShopHandler } from "./shop.ts";

interface Behaviour {
  readonly latency: LatencyModel;
  readonly errorRate: number;
}

const {
  DEMO_SERVICE: service = "",
  DEMO_VERSION: version = "",
  DEMO_BEHAVIOUR = "",
  PORT = "",
  HTTP_PROXY = "",
  DEMO_CRASH_AFTER_MS = "",
} = process.env;
const handler = SHOP.get(service);
invariant(handler !== undefined, `no demo service is called "${service}"`);
const behaviour = JSON.parse(DEMO_BEHAVIOUR) as Behaviour;
const random = createXorshift(Number(PORT));
const context: ShopContext = { service, version, call: createMeshCall(HTTP_PROXY) };

const server = http.createServer((request, response) => {
  respond(handler, request).then(
    (reply) => send(response, reply),
    (failure: unknown) => send(response, { status: failure instanceof ShopFailure ? 502 : 500, body: { error: String(failure) } }),
  );
});
server.keepAliveTimeout = 75_000;
server.listen(Number(PORT), "127.0.0.1", () => console.log(`${service} ${version} listens on port ${PORT}`));
if (DEMO_CRASH_AFTER_MS !== "") setTimeout(crash, Number(DEMO_CRASH_AFTER_MS) * (0.5 + random.nextUint32() / 0x1_0000_0000));

async function respond(work: ShopHandler, request: http.IncomingMessage): Promise<ShopAnswer> {
  const url = new URL(request.url ?? "/", "http://demo.invalid");
  const text = await readBody(request);
  // What an active check asks for: a process that runs can answer, however bad its release is.
  if (url.pathname === "/healthz") return { status: 200, body: { service, version } };
  await wait(sampleLatencyMs(behaviour.latency, random));
  if (random.nextUint32() / 0x1_0000_0000 < behaviour.errorRate) return { status: 500, body: { error: "the new ranking model failed" } };
  const { pathname: path, searchParams: query } = url;
  return work({ method: request.method ?? "GET", path, query, body: parseJson(text), headers: request.headers }, context);
}

function send(response: http.ServerResponse, reply: ShopAnswer): void {
  const payload = JSON.stringify(reply.body);
  response.writeHead(reply.status, { "content-type": "application/json", "content-length": Buffer.byteLength(payload) });
  response.end(payload);
}

function crash(): never {
  console.error("the connection pool is exhausted: giving up");
  process.exit(1);
}

function leave(): void {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
}

process.on("SIGTERM", leave);
