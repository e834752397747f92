import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApiClient } from "./api-client.ts";
import { ApiProblem } from "./api-problem.ts";

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

const seen: Seen[] = [];
let answer = { status: 200, headers: {} as Record<string, string>, body: "{}" };

const server = http.createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  seen.push({ method: request.method, url: request.url, headers: request.headers, body });
  response.writeHead(answer.status, answer.headers).end(answer.body);
});

let baseUrl = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test("a write carries path, query, body, precondition, key and author as the wire wants them", async () => {
  answer = { status: 202, headers: { etag: '"8"' }, body: '{"change":null,"rev":8}' };
  const client = createApiClient({ baseUrl, headers: () => ({ "x-interlock-author": "ana" }) });
  const result = await client.callWithMeta("PUT /api/v1/services/{service}/split", {
    params: { service: "a b/c" },
    body: { weights: { "1.0.0": 10_000 } },
    rev: 7,
    idempotencyKey: "k1",
    dryRun: true,
  });
  const request = seen.at(-1);
  expect(request).toMatchObject({
    method: "PUT",
    url: "/api/v1/services/a%20b%2Fc/split?dryRun=true",
    body: '{"weights":{"1.0.0":10000}}',
  });
  expect(request?.headers).toMatchObject({
    "if-match": '"7"',
    "idempotency-key": "k1",
    "x-interlock-author": "ana",
    "content-type": "application/json",
  });
  expect(result).toEqual({ status: 202, etag: '"8"', body: { change: null, rev: 8 } });
});

test("a refusal is thrown with its code, its fields and what stands in the way", async () => {
  const problem = {
    type: "about:blank",
    title: "Not safe",
    status: 409,
    code: "compatibility.refused",
    detail: "No.",
    errors: [],
    reasons: [],
  };
  answer = { status: 409, headers: { "content-type": "application/problem+json" }, body: JSON.stringify(problem) };
  const thrown = await createApiClient({ baseUrl })
    .call("GET /api/v1/mesh")
    .catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(ApiProblem);
  expect(thrown).toMatchObject({ code: "compatibility.refused", status: 409, title: "Not safe", message: "No.", reasons: [] });
});

test("an engine that is gone, and an answer that is not its own, are both engine.unreachable", async () => {
  const gone = createApiClient({ baseUrl: "http://127.0.0.1:1" });
  await expect(gone.call("GET /api/v1/mesh")).rejects.toMatchObject({ code: "engine.unreachable", status: 0 });
  answer = { status: 502, headers: {}, body: "<h1>Bad gateway</h1>" };
  await expect(createApiClient({ baseUrl }).call("GET /api/v1/mesh")).rejects.toMatchObject({ code: "engine.unreachable", status: 502 });
  answer = { status: 200, headers: {}, body: "<h1>Login</h1>" };
  await expect(createApiClient({ baseUrl }).call("GET /api/v1/mesh")).rejects.toMatchObject({ code: "engine.unreachable", status: 200 });
});

test("an author's name may be written in any script", async () => {
  answer = { status: 200, headers: {}, body: "{}" };
  await createApiClient({ baseUrl, headers: () => ({ "x-interlock-author": "王伟 100%" }) }).call("GET /api/v1/mesh");
  expect(decodeURIComponent(String(seen.at(-1)?.headers["x-interlock-author"]))).toBe("王伟 100%");
});

test("a call that the caller aborts rejects with the caller's reason", async () => {
  const signal = AbortSignal.abort(new Error("left the page"));
  await expect(createApiClient({ baseUrl }).call("GET /api/v1/mesh", { signal })).rejects.toThrow("left the page");
});
