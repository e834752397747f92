import type http from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import type { RouteRule } from "../model/index.ts";
import { type EchoMesh, openEchoMesh } from "./echo-mesh.fixture.ts";

let mesh: EchoMesh;

afterEach(() => mesh.close());

const rules = (list: readonly unknown[]) => ({ a: list as RouteRule[] });
const to = (version: string) => ({ split: { weights: { [version]: 10_000 } as never } });
const ALL_ON_1 = { a: { "1.0.0": 10_000 } as never };

/** Two versions of `a`, all traffic on 1.0.0, and a caller `web` in two versions. */
async function openShop(sketch: Parameters<typeof openEchoMesh>[1]): Promise<void> {
  mesh = await openEchoMesh(["a@1.0.0", "a@2.0.0", "web@1.0.0", "web@1.1.0"], { weights: ALL_ON_1, ...sketch });
}

/** The outbound port of the n-th instance of a service's version. */
function portOf(name: string): number {
  const [service = "", version = ""] = name.split("@");
  const own = mesh.proxy.outbound.find(({ instance }) => instance.startsWith(`${service}-${version}-`));
  return own?.port ?? 0;
}

describe("a lane", () => {
  const lane = { name: "blue", lane: "blue", matches: [{ headers: [{ name: "x-try", value: "1" }] }], ...to("2.0.0") };

  test("is entered by a match, travels in baggage, and other members are kept", async () => {
    await openShop({ rules: rules([lane]) });
    const { body } = await mesh.ask("/", { lines: ["X-Try: 1", "baggage: user=anna;p=1, k=v"] });
    expect([body, mesh.seen[0]?.headers["baggage"]]).toEqual(["2.0.0", "interlock-lane=blue,user=anna;p=1,k=v"]);
  });

  test("is kept inside the mesh by its baggage alone", async () => {
    await openShop({ rules: rules([lane]) });
    const { body } = await mesh.ask("/", { port: portOf("web@1.0.0"), lines: ["baggage: k=v,interlock-lane=blue"] });
    expect([body, mesh.seen[0]?.headers["baggage"]]).toEqual(["2.0.0", "k=v,interlock-lane=blue"]);
  });

  test("named from outside counts for nothing and is taken off the request", async () => {
    await openShop({ rules: rules([lane]) });
    const first = await mesh.ask("/", { lines: ["baggage: interlock-lane=blue, k=v"] });
    const second = await mesh.ask("/", { lines: ["Baggage: interlock-lane=blue"] });
    expect([first.body, second.body]).toEqual(["1.0.0", "1.0.0"]);
    expect(mesh.seen.map(({ headers }) => headers["baggage"])).toEqual(["k=v", undefined]);
  });

  test("that a service has no rule for is passed on", async () => {
    await openShop({});
    const { body } = await mesh.ask("/", { port: portOf("web@1.0.0"), lines: ["baggage: interlock-lane=blue"] });
    expect([body, mesh.seen[0]?.headers["baggage"]]).toEqual(["1.0.0", "interlock-lane=blue"]);
  });
});

describe("a range asked for", () => {
  const weights = { a: { "1.0.0": 5_000, "2.0.0": 5_000 } as never };

  test("takes the versions outside it out of the split, and is passed on", async () => {
    await openShop({ weights });
    for (let request = 0; request < 10; request++) {
      const { body } = await mesh.ask("/", { port: portOf("web@1.0.0"), lines: ["x-interlock-range: other=*, a=^2.0"] });
      expect(body).toBe("2.0.0");
    }
    expect(mesh.seen[0]?.headers["x-interlock-range"]).toBe("other=*, a=^2.0");
  });

  test("that leaves nothing is refused, and so is one that cannot be read", async () => {
    await openShop({ weights });
    const port = portOf("web@1.0.0");
    const unmet = await mesh.ask("/", { port, lines: ["x-interlock-range: a=^3.0"] });
    expect([unmet.status, unmet.headers["x-interlock-code"]]).toEqual([503, "routing.range-unsatisfied"]);
    const twice = await mesh.ask("/", { port, lines: ["x-interlock-range: a=^1.0", "x-interlock-range: a=^2.0"] });
    expect([twice.status, twice.headers["x-interlock-code"]]).toEqual([400, "request.malformed"]);
    expect(mesh.seen).toEqual([]);
  });

  test("from outside holds as one from inside, for the whole chain", async () => {
    await openShop({ weights });
    for (let request = 0; request < 10; request++) {
      const { body } = await mesh.ask("/", { lines: ["x-interlock-range: other=*, a=^2.0"] });
      expect(body).toBe("2.0.0");
    }
    expect(mesh.seen[0]?.headers["x-interlock-range"]).toBe("other=*, a=^2.0");
    const unweighted = await mesh.ask("/", { lines: ["x-interlock-range: a=^3.0"] });
    expect([unweighted.status, unweighted.headers["x-interlock-code"]]).toEqual([503, "routing.range-unsatisfied"]);
  });

  test("from outside counts for nothing and is taken off where the service ignores it", async () => {
    await openShop({ policies: { a: { ranges: { fromOutside: "ignore" } } } });
    const outside = await mesh.ask("/", { lines: ["x-interlock-range: a=^2.0", "X-Interlock-Range: ?"] });
    expect([outside.body, mesh.seen[0]?.headers["x-interlock-range"]]).toEqual(["1.0.0", undefined]);
    const inside = await mesh.ask("/", { port: portOf("web@1.0.0"), lines: ["x-interlock-range: a=^2.0"] });
    expect(inside.status).toBe(503);
  });
});

test("a rule may ask who calls, and in which version", async () => {
  await openShop({ rules: rules([{ matches: [{ caller: { service: "web", range: "^1.1" } }], ...to("2.0.0") }]) });
  const bodies = [];
  for (const port of [portOf("web@1.0.0"), portOf("web@1.1.0"), undefined]) {
    bodies.push((await mesh.ask("/", port === undefined ? {} : { port })).body);
  }
  expect(bodies).toEqual(["1.0.0", "2.0.0", "1.0.0"]);
});

describe("versions that a caller is known not to work with", () => {
  const weights = { a: { "1.0.0": 1_000, "2.0.0": 9_000 } as never };

  test("are taken out of its split; every other caller keeps them (T3)", async () => {
    await openShop({ weights, incompatible: { a: { "web@1.0.0": ["2.0.0"] } } });
    for (let request = 0; request < 20; request++) await mesh.ask("/", { port: portOf("web@1.0.0") });
    expect(new Set(mesh.seen.map(({ version }) => version))).toEqual(new Set(["1.0.0"]));
    for (let request = 0; request < 20; request++) await mesh.ask("/", { port: portOf("web@1.1.0") });
    expect(mesh.seen.slice(20).some(({ version }) => version === "2.0.0")).toBe(true);
  });

  test("leave a refusal that names the pair when nothing else has weight", async () => {
    await openShop({ incompatible: { a: { "web@1.0.0": ["1.0.0"] } } });
    const { body, headers, status } = await mesh.ask("/", { port: portOf("web@1.0.0") });
    expect([status, headers["x-interlock-code"]]).toEqual([503, "routing.no-compatible-version"]);
    expect(JSON.parse(body)).toMatchObject({ detail: expect.stringContaining("web 1.0.0 is known not to work with a 1.0.0") });
    expect((await mesh.ask("/")).body).toBe("1.0.0");
  });
});

describe("stickiness", () => {
  const sticky = (by: string, name: string, share: number) => ({
    weights: ALL_ON_1,
    rules: rules([{ matches: [{}], stickiness: { by, name }, split: { weights: { "1.0.0": 10_000 - share, "2.0.0": share } } }]),
  });

  test("by cookie: the ingress sets one, and a key moves at most once while a version grows", async () => {
    mesh = await openEchoMesh(["a@1.0.0", "a@2.0.0"], sticky("cookie", "lane", 1_000));
    const cookies: string[] = [];
    for (let user = 0; user < 30; user++) {
      const { headers } = await mesh.ask("/");
      const [, value = ""] = /^(lane=[0-9a-f]{16}); Path=\/; HttpOnly; SameSite=Lax$/.exec(headers["set-cookie"] ?? "") ?? [];
      expect(value).not.toBe("");
      cookies.push(value);
    }
    const moves = cookies.map(() => 0);
    let last: string[] = [];
    for (const share of [1_000, 5_000, 10_000]) {
      await mesh.apply(sticky("cookie", "lane", share));
      const now: string[] = [];
      for (const cookie of cookies) {
        const { body, headers } = await mesh.ask("/", { lines: [`Cookie: a=b; ${cookie}`] });
        expect(headers["set-cookie"]).toBeUndefined();
        now.push(body);
      }
      for (const [user, version] of now.entries()) if (last.length > 0 && last[user] !== version) moves[user] = (moves[user] ?? 0) + 1;
      last = now;
    }
    expect(Math.max(...moves)).toBe(1);
    expect(new Set(last)).toEqual(new Set(["2.0.0"]));
  });

  test("by header: the same value stays on one version, and no cookie is set", async () => {
    mesh = await openEchoMesh(["a@1.0.0", "a@2.0.0"], sticky("header", "X-User", 5_000));
    const versions = new Set<string>();
    for (let request = 0; request < 12; request++) {
      const { body, headers } = await mesh.ask("/", { lines: ["x-user: anna"] });
      versions.add(body);
      expect(headers["set-cookie"]).toBeUndefined();
    }
    expect(versions.size).toBe(1);
  });
});

describe("RELIABILITY 32: what only the mesh may say", () => {
  test("is overwritten or taken off when it comes from outside, however it is spelled or repeated", async () => {
    await openShop({});
    const forged = [
      "X-Forwarded-For: 6.6.6.6",
      "x-forwarded-FOR: 7.7.7.7",
      "X-Forwarded-Proto: https",
      "X-Forwarded-Host: evil",
      "Forwarded: for=6",
    ];
    const identity = [
      "X-Forwarded-Client-Cert: URI=spiffe://interlock.local/ingress",
      "X-Interlock-Version: 9",
      "X-Interlock-Mirror: true",
    ];
    await mesh.ask("/", { lines: [...forged, ...identity, "x-forwarded-user: root"] });
    const { headers, rawHeaders } = mesh.seen[0] ?? { headers: {}, rawHeaders: [] };
    const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
    expect(names.filter((name) => name.startsWith("x-forwarded") || name === "forwarded").sort()).toEqual([
      "x-forwarded-for",
      "x-forwarded-host",
      "x-forwarded-proto",
    ]);
    expect(names.filter((name) => name.startsWith("x-interlock"))).toEqual([]);
    expect(headers).toMatchObject({ "x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "http", "x-forwarded-host": "a.mesh" });
  });

  test("is taken off where a server behind us would read an underscore as a hyphen", async () => {
    await openShop({});
    const forged = ["X_Interlock_Caller: a@1.0.0", "x-interlock_caller: a@1.0.0", "X_Forwarded-For: 6.6.6.6", "X_FORWARDED_CLIENT_CERT: x"];
    await mesh.ask("/", { lines: [...forged, "x_forward: kept", "x_interlocks: kept"] });
    await mesh.ask("/", { port: portOf("web@1.0.0"), lines: [...forged, "x_forward: kept"] });
    const folded = mesh.seen.map(({ rawHeaders }) =>
      rawHeaders.filter((name, index) => index % 2 === 0 && name.includes("_")).map((name) => name.toLowerCase()),
    );
    expect(folded).toEqual([
      ["x_forward", "x_interlocks"],
      ["x_forwarded-for", "x_forward"],
    ]);
  });

  test("is taken off when it comes from a plain instance, a range apart", async () => {
    await openShop({});
    const lines = ["X-Interlock-Code: x", "X-Interlock-Range: a=*", "X-Forwarded-Client-Cert: x", "X-Forwarded-For: 10.0.0.1"];
    await mesh.ask("/", { port: portOf("web@1.0.0"), lines });
    const headers: http.IncomingHttpHeaders = mesh.seen[0]?.headers ?? {};
    expect(headers).toMatchObject({ "x-interlock-range": "a=*", "x-forwarded-for": "10.0.0.1" });
    expect([headers["x-interlock-code"], headers["x-forwarded-client-cert"]]).toEqual([undefined, undefined]);
  });

  test("is taken off an answer of a plain instance, so that no instance can speak for a proxy", async () => {
    const respond: NonNullable<Parameters<typeof openEchoMesh>[2]>["respond"] = (_, response) => {
      response.writeHead(403, { "x-interlock-code": "authorization.denied", "x-interlock-version": "9.9.9" }).end();
      return true;
    };
    mesh = await openEchoMesh(["a@1.0.0"], {}, { respond });
    const { headers, status } = await mesh.ask("/");
    expect([status, headers["x-interlock-code"], headers["x-interlock-version"]]).toEqual([403, undefined, "1.0.0"]);
  });
});
