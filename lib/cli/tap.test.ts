import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { runTestCli } from "./test-io.fixture.ts";

const entry = {
  atMs: Date.UTC(2026, 1, 1, 12, 0, 1, 234),
  proxy: "node-a",
  side: "caller",
  caller: { service: "ingress", version: null },
  callee: { service: "payments", version: "2.1.0" },
  instance: "payments-a",
  method: "GET",
  host: "payments.mesh",
  path: "/pay",
  status: 200,
  code: null,
  rule: null,
  durationMs: 12.34,
  bytesIn: 1,
  bytesOut: 2,
  attempts: 1,
  encrypted: false,
  mirror: false,
  traceId: null,
};

let server: http.Server | undefined;
afterEach(async () => {
  await new Promise<void>((resolve) => {
    if (server === undefined) return resolve();
    server.close(() => resolve());
    server.closeAllConnections();
  });
  server = undefined;
});

/** An engine whose tap tells these entries and goes on. */
async function serveTap(entries: readonly unknown[], dropped = 0): Promise<{ readonly url: string; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  server = http.createServer((request, response) => {
    asked.push(request.url ?? "");
    response.writeHead(200, { "content-type": "text/event-stream" });
    const at = "2026-02-01T12:00:00Z";
    response.write(`event: heartbeat\ndata: ${JSON.stringify({ at, proxies: 0 })}\n\n`);
    response.write(`event: entries\ndata: ${JSON.stringify({ at, entries, dropped })}\n\n`);
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

test("requests are one line each, with what is out of the ordinary", async () => {
  const odd = { ...entry, status: 503, code: "upstream.connect-failure", attempts: 3, rule: "beta", encrypted: true, path: "/a\u001b[2Jb" };
  const { url } = await serveTap([entry, odd, { ...entry, status: 0, callee: { service: "cart", version: null } }], 4);
  const { error, exitCode, out } = await runTestCli(["tap", "--limit", "3"], url);
  expect(exitCode).toBe(0);
  expect(out.split("\n")).toEqual([
    "12:00:01.234  ingress → payments 2.1.0  GET /pay  200  12.3 ms",
    "12:00:01.234  ingress → payments 2.1.0  GET /a [2Jb  503  12.3 ms  upstream.connect-failure, rule beta, 3 attempts, mTLS",
    "12:00:01.234  ingress → cart  GET /pay  gone  12.3 ms",
    "",
  ]);
  expect(error).toContain("No proxy is connected");
  expect(error).toContain("4 more that fit are not shown");
});

test("with --json there is one object per line, as the engine gave it", async () => {
  const { url } = await serveTap([entry, entry]);
  const { out } = await runTestCli(["tap", "--json", "--limit", "2"], url);
  expect(
    out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual([entry, entry]);
});

test("every option is a part of the filter", async () => {
  const { asked, url } = await serveTap([entry]);
  const options = "--service payments --service-version 2.1.0 --caller cart --caller-version 1.0.0 --method GET --path /pay --status 5xx";
  await runTestCli(["tap", ...options.split(" "), "--code", "upstream.reset", "--min-duration", "20", "--limit", "1"], url);
  expect(Object.fromEntries(new URL(asked[0] ?? "", url).searchParams)).toEqual({
    service: "payments",
    version: "2.1.0",
    caller: "cart",
    callerVersion: "1.0.0",
    method: "GET",
    path: "/pay",
    status: "5xx",
    code: "upstream.reset",
    minDurationMs: "20",
  });
});

test("a filter that the engine refuses is told, with its exit code", async () => {
  server = http.createServer((_, response) => {
    const errors = [{ path: "query.code", code: "input.invalid", detail: '"x" is no code of Interlock.', fix: "Look it up." }];
    const problem = { title: "Input is not valid", status: 422, code: "input.invalid", detail: '"x" is no code of Interlock.', errors };
    response.writeHead(422, { "content-type": "application/problem+json" }).end(JSON.stringify(problem));
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const { error, exitCode } = await runTestCli(["tap", "--code", "x"], `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  expect([exitCode, error]).toEqual([1, expect.stringContaining("query.code: Look it up.")]);
});

test("numbers that are none are a usage error and nothing is asked", async () => {
  expect(await runTestCli(["tap", "--limit", "many"], "http://127.0.0.1:9")).toMatchObject({ exitCode: 2 });
  expect(await runTestCli(["tap", "--min-duration", "-3"], "http://127.0.0.1:9")).toMatchObject({ exitCode: 2 });
});
