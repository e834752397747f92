import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TAPS_MAX } from "../engine/index.ts";
import { connectTappedProxy, createFakeClock, parseExposition, type TappedProxy, tapEntry } from "../testing/index.ts";
import { type RunningApi, registerShop, startApi } from "./api.fixture.ts";
import { tapDataSchema } from "./contract/index.ts";
import { createFakeSink } from "./stream/sink.fixture.ts";
import { TapFeed } from "./stream/tap-feed.ts";

let api: RunningApi;
let proxy: TappedProxy;

beforeAll(async () => {
  api = await startApi();
  await registerShop(api);
  proxy = await connectTappedProxy(api.proxySocket);
  await proxy.next("snapshot");
});

afterAll(async () => {
  proxy.close();
  await api.stop();
});

describe("a tap over the API", () => {
  test.each([
    ["status=abc", "query.status"],
    ["status=599-500", "query.status"],
    ["code=not.a.code", "query.code"],
    ["path=pay", "query.path"],
    ["method=GE%20T", "query.method"],
    ["minDurationMs=-1", "query.minDurationMs"],
    ["minDurationMs=soon", "query.minDurationMs"],
    ["version=1.0.0", "query.version"],
    ["callerVersion=1.0.0", "query.callerVersion"],
    ["servcie=payments", "query.servcie"],
    ["service=", "query.service"],
  ])("with %s is refused and names the parameter", async (query, path) => {
    const { body, status } = await api.send("GET", `/api/v1/tap?${query}`);
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ path }]);
  });

  test("beyond the limit is refused with its code", async () => {
    const stops = Array.from({ length: TAPS_MAX }, () => api.engine.tap({}, () => {}));
    expect(await api.send("GET", "/api/v1/tap")).toMatchObject({ status: 503, body: { code: "stream.too-many" } });
    for (const stop of stops) stop?.();
  });

  test("cannot be opened by a page of another site", async () => {
    expect(await api.send("GET", "/api/v1/tap", { headers: { "sec-fetch-site": "cross-site" } })).toMatchObject({ status: 403 });
  });
});

test("a reader that does not read sees the newest when it reads again, and how many are missing", () => {
  const clock = createFakeClock();
  const sink = createFakeSink();
  sink.setFast(false);
  const feed = new TapFeed({ sink, clock, proxies: () => 1 });
  feed.take(
    Array.from({ length: 900 }, () => tapEntry({ path: `/${"x".repeat(200)}` })),
    0,
  );
  clock.advance(100);
  expect(sink.full).toBe(true);
  for (let number = 0; number < 5_000; number++) feed.take([tapEntry({ path: `/${number}` })], 0);
  clock.advance(10_000);
  const before = sink.writes.length;
  sink.drain();
  clock.advance(100);
  const lines = Buffer.concat(sink.writes.slice(before)).toString("utf8").split("\n");
  const { dropped, entries } = tapDataSchema.parse(JSON.parse(lines[1]?.slice("data: ".length) ?? ""));
  expect([entries.at(-1)?.path, entries.length, dropped]).toEqual(["/4999", 1_000, 4_000]);
  feed.close();
});

describe("the engine's metrics", () => {
  test("are served to Prometheus in the format that it asks for", async () => {
    const text = await api.send("GET", "/metrics");
    expect([text.status, text.headers["content-type"]]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
    expect(parseExposition(text.text)).toContainEqual({ name: "interlock_proxy_connected", labels: { proxy: "node-a" }, value: 1 });
    const open = await api.send("GET", "/metrics", { headers: { accept: "application/openmetrics-text; version=1.0.0" } });
    expect(open.headers["content-type"]).toContain("application/openmetrics-text");
    expect(open.text.endsWith("# EOF\n")).toBe(true);
    expect(await api.send("POST", "/metrics")).toMatchObject({ status: 405 });
  });

  test("of each proxy are found through the mesh", async () => {
    expect((await api.send("GET", "/api/v1/mesh")).body.proxies).toMatchObject([{ id: "node-a", adminPort: 45_678 }]);
  });
});
