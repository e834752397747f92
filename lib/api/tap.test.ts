import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTapStream, type TapEntry, type TapStatus } from "../client/index.ts";
import { TAPS_MAX } from "../engine/index.ts";
import { createFakeClock, parseExposition } from "../testing/index.ts";
import { type RunningApi, registerShop, startApi } from "./api.fixture.ts";
import { tapDataSchema } from "./contract/index.ts";
import { createFakeSink } from "./stream/sink.fixture.ts";
import { TapFeed } from "./stream/tap-feed.ts";
import { connectTappedProxy, type TappedProxy, tapEntry } from "./tap.fixture.ts";

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

/** A tap of the typed client on the real API. */
function watchTap(query: Parameters<typeof openTapStream>[0]["query"]) {
  const entries: TapEntry[] = [];
  const statuses: TapStatus[] = [];
  let dropped = 0;
  const checks = new Set<() => void>();
  const check = () => {
    for (const each of checks) each();
  };
  const stream = openTapStream({
    url: `http://127.0.0.1:${api.port}/api/v1/tap`,
    query,
    onStatus: (status) => {
      statuses.push(status);
      check();
    },
    onEntries: (more, missing) => {
      entries.push(...more);
      dropped += missing;
      check();
    },
  });
  const until = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!holds()) return;
        checks.delete(look);
        resolve();
      };
      checks.add(look);
      look();
    });
  return { close: () => stream.close(), dropped: () => dropped, entries, statuses, until };
}

describe("a tap over the API", () => {
  test("asks the proxies with its filter, shows what they send with what they dropped, and ends at the proxies when its reader goes", async () => {
    const tap = watchTap({ service: "payments", status: "5xx", path: "/pay", minDurationMs: 10 });
    const start = await proxy.next("tap-start");
    expect(start.filter).toEqual({ service: "payments", statusMin: 500, statusMax: 599, pathPrefix: "/pay", minDurationMs: 10 });
    const entry = tapEntry({ status: 503, code: "upstream.connect-failure" });
    proxy.send({ kind: "tap", tapId: start.tapId, entries: [entry], dropped: 7 });
    await tap.until(() => tap.entries.length > 0);
    expect([tap.entries, tap.dropped()]).toEqual([[entry], 7]);
    expect(tap.statuses.at(-1)).toEqual({ state: "live", proxies: 1, problem: null });
    tap.close();
    expect((await proxy.next("tap-stop")).tapId).toBe(start.tapId);
  });

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

  test("that is refused ends the client's stream for good, with the problem", async () => {
    const tap = watchTap({ code: "not.a.code" });
    await tap.until(() => tap.statuses.at(-1)?.state === "refused");
    expect(tap.statuses.at(-1)?.problem?.errors).toMatchObject([{ path: "query.code" }]);
    tap.close();
  });

  test("beyond the limit is refused with its code", async () => {
    const taps = Array.from({ length: TAPS_MAX }, () => watchTap({}));
    await Promise.all(taps.map((tap) => tap.until(() => tap.statuses.at(-1)?.state === "live")));
    expect(await api.send("GET", "/api/v1/tap")).toMatchObject({ status: 503, body: { code: "stream.too-many" } });
    for (const tap of taps) tap.close();
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
