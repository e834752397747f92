import { afterEach, describe, expect, test } from "vitest";
import type { RouteRule } from "../model/index.ts";
import { type EchoMesh, openEchoMesh } from "./echo-mesh.fixture.ts";
import { tally } from "./test-mesh.fixture.ts";

let mesh: EchoMesh;

afterEach(() => mesh.close());

/** Service `a` in one version, with one rule. */
async function ruled(rule: Partial<RouteRule>): Promise<void> {
  mesh = await openEchoMesh(["a@1.0.0"], { rules: { a: [{ name: "r", matches: [{}], ...rule } as RouteRule] } });
}

const prefix = (value: string) => [{ path: { type: "PathPrefix" as const, value } }];

describe("header edits", () => {
  test("of a request: set replaces every line whatever its case, add adds one, remove drops all; the rest stays as it came", async () => {
    const edits = { set: [{ name: "X-Env", value: "canary" }], add: [{ name: "x-tag", value: "new" }], remove: ["x-secret"] };
    await ruled({ filters: [{ type: "RequestHeaderModifier", requestHeaderModifier: edits }] });
    await mesh.ask("/", { lines: ["X-ENV: prod", "x-env: dev", "X-Tag: old", "X-Secret: 1", "x-secret: 2", "X-Other: kept"] });
    expect(mesh.seen[0]?.headers).toMatchObject({ "x-env": "canary", "x-tag": "old, new", "x-other": "kept" });
    expect(mesh.seen[0]?.headers["x-secret"]).toBeUndefined();
    expect(mesh.seen[0]?.rawHeaders).toContain("X-Other");
  });

  test("of an answer: whoever made it", async () => {
    const edits = { set: [{ name: "cache-control", value: "private" }], remove: ["date"] };
    await ruled({ filters: [{ type: "ResponseHeaderModifier", responseHeaderModifier: edits }], fault: { abortStatus: 503, percent: 0 } });
    const instance = await mesh.ask("/");
    expect([instance.status, instance.headers["cache-control"], instance.headers["date"]]).toEqual([200, "private", undefined]);
    await ruledAgain({
      filters: [{ type: "ResponseHeaderModifier", responseHeaderModifier: edits }],
      fault: { abortStatus: 503, percent: 100 },
    });
    const own = await mesh.ask("/");
    expect([own.status, own.head.match(/cache-control: .*/g)]).toEqual([503, ["cache-control: private"]]);
  });

  async function ruledAgain(rule: Partial<RouteRule>): Promise<void> {
    await mesh.apply({ rules: { a: [{ matches: [{}], ...rule } as RouteRule] } });
  }
});

describe("a rewrite", () => {
  test("replaces the prefix that matched and keeps what follows, query included; the host is replaced, and told in x-forwarded-host", async () => {
    const urlRewrite = { hostname: "inner.example", path: { type: "ReplacePrefixMatch" as const, replacePrefixMatch: "/v2" } };
    await ruled({ matches: prefix("/api"), filters: [{ type: "URLRewrite", urlRewrite }] });
    await mesh.ask("/api/users?x=%20/api&y");
    expect(mesh.seen[0]).toMatchObject({ url: "/v2/users?x=%20/api&y", headers: { host: "inner.example", "x-forwarded-host": "a.mesh" } });
    expect(mesh.seen[0]?.rawHeaders.filter((name) => name.toLowerCase() === "host")).toHaveLength(1);
  });

  test("replaces the whole path, and an absolute target's too", async () => {
    const urlRewrite = { path: { type: "ReplaceFullPath" as const, replaceFullPath: "/all" } };
    await ruled({ filters: [{ type: "URLRewrite", urlRewrite }] });
    await mesh.ask("http://a.mesh/one/two?q=1");
    expect(mesh.seen[0]).toMatchObject({ url: "/all?q=1", headers: { host: "a.mesh" } });
  });
});

test("a redirect is answered by the proxy and reaches no instance", async () => {
  const requestRedirect = { scheme: "https" as const, hostname: "shop.example", statusCode: 308 as const };
  await ruled({ matches: prefix("/old"), filters: [{ type: "RequestRedirect", requestRedirect }] });
  const { body, headers, status } = await mesh.ask("/old/x?q=1", { method: "POST", body: "b" });
  expect([status, headers["location"], headers["content-length"], body]).toEqual([308, "https://shop.example/old/x?q=1", "0", ""]);
  expect(headers["x-interlock-code"]).toBeUndefined();
  expect(mesh.seen).toEqual([]);
  expect(tally(mesh.proxy)).toMatchObject({ requests: 1, failed: 0, codes: {} });
});

describe("a fault", () => {
  test("aborts its share of the requests with its status and code", async () => {
    await ruled({ fault: { abortStatus: 418, percent: 50 } });
    const answers = await Promise.all(Array.from({ length: 60 }, () => mesh.ask("/")));
    const aborted = answers.filter(({ headers, status }) => status === 418 && headers["x-interlock-code"] === "routing.fault-injected");
    expect(aborted.length + mesh.seen.length).toBe(60);
    expect(aborted.length).toBeGreaterThan(12);
    expect(aborted.length).toBeLessThan(48);
    expect(tally(mesh.proxy).codes).toEqual({ "routing.fault-injected": aborted.length });
  });

  test("without a body where its status has none", async () => {
    await ruled({ fault: { abortStatus: 204, percent: 100 } });
    const { body, headers, status } = await mesh.ask("/");
    expect([status, headers["content-length"], body]).toEqual([204, undefined, ""]);
  });

  test("delays, then lets the request go on with its whole body", async () => {
    await ruled({ fault: { delayMs: 30, percent: 100 } });
    const startedMs = performance.now();
    const { status } = await mesh.ask("/", { method: "POST", body: "x".repeat(100_000) });
    expect([status, mesh.seen[0]?.body.length]).toEqual([200, 100_000]);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(29);
  });

  test("that delays counts as time of the request: 504 when it takes too long", async () => {
    await ruled({ fault: { delayMs: 60_000, percent: 100 }, timeouts: { requestMs: 50 } });
    const { headers } = await mesh.ask("/");
    expect(headers["x-interlock-code"]).toBe("upstream.timeout");
    expect(mesh.seen).toEqual([]);
  });

  test("that delays is over when the caller goes away", async () => {
    await ruled({ fault: { delayMs: 100, percent: 100 } });
    const caller = await mesh.dial();
    caller.send("GET / HTTP/1.1\r\nHost: a.mesh\r\n\r\n");
    await expect.poll(() => mesh.proxy.active).toBe(1);
    caller.socket.resetAndDestroy();
    await expect.poll(() => mesh.proxy.active).toBe(0);
    await mesh.ask("/");
    expect(mesh.seen).toHaveLength(1);
    expect(tally(mesh.proxy)).toMatchObject({ requests: 2, aborted: 1 });
  });
});
