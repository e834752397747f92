import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningApi, startApi } from "./api.fixture.ts";
import { contract } from "./contract/index.ts";

let api: RunningApi;

beforeAll(async () => {
  api = await startApi();
  const instance = (port: number) => ({ instances: [{ address: "127.0.0.1", port }] });
  const services = {
    payments: {
      versions: { "2.3.0": instance(9_401), "2.4.0": instance(9_402), "2.5.0": {} },
      split: { weights: { "2.3.0": 10_000 } },
    },
    checkout: {
      versions: { "1.4.0": { requirements: { payments: "<2.4.0" }, ...instance(9_403) } },
      split: { weights: { "1.4.0": 10_000 } },
    },
    cart: { versions: { "1.0.0": instance(9_404), "1.1.0": instance(9_405) }, split: { weights: { "1.0.0": 10_000 } } },
  };
  const applied = await api.send("POST", "/api/v1/manifest", { body: { services } });
  expect(applied.status).toBeLessThan(300);
});

afterAll(() => api.stop());

const start = (body: unknown, query = "") => api.send("POST", `/api/v1/releases${query}`, { body });
const steps = (...weights: number[]) => ({ kind: "canary", steps: weights.map((weightBp) => ({ weightBp, pauseMs: 60_000 })) });

describe("releases over the API", () => {
  test("a dry run says what it would do and keeps nothing", async () => {
    const dry = await start({ service: "cart", version: "1.1.0", strategy: "quick" }, "?dryRun=true");
    expect(dry).toMatchObject({ status: 200, body: { dryRun: true, state: "running", step: 0, weightBp: 500 } });
    expect(dry.body.forecast.sentence).not.toBe("");
    expect((await api.send("GET", "/api/v1/releases")).body).toEqual({ items: [] });
  });

  test("a release is started, looked at and moved by its verbs, each answer as the contract says", async () => {
    const made = await start({ service: "cart", version: "1.1.0", strategy: steps(1_000, 5_000, 10_000), reason: "autumn" });
    expect(made.status).toBeLessThan(203);
    const { id } = contract["POST /api/v1/releases"].response.parse(made.body);
    expect(made.body).toMatchObject({
      change: { kind: "release.create", reason: "autumn", undoable: false },
      state: "running",
      weightBp: 1_000,
      steps: [{ state: "current" }, { state: "waiting" }, { state: "waiting" }],
      curve: [{ atMs: 0, weightBp: 1_000 }, { atMs: 60_000 }, { atMs: 120_000 }],
      start: { "1.0.0": 10_000 },
    });
    expect((await api.send("GET", "/api/v1/services/cart/split")).body.weights).toEqual({ "1.0.0": 9_000, "1.1.0": 1_000 });
    const shown = await api.send("GET", `/api/v1/releases/${id}`);
    contract["GET /api/v1/releases/{id}"].response.parse(shown.body);
    expect(shown.body.verbs.filter(({ allowed }: { allowed: boolean }) => allowed).map(({ verb }: { verb: string }) => verb)).toEqual(
      expect.arrayContaining(["pause", "promote", "jump", "hold", "abort", "rollback"]),
    );
    const verb = (name: string, body: unknown = {}) => api.send("POST", `/api/v1/releases/${id}/${name}`, { body });
    expect((await verb("promote")).body).toMatchObject({ state: "running", step: 1, weightBp: 5_000 });
    expect((await verb("step-back")).body).toMatchObject({ step: 0, weightBp: 1_000, held: true });
    expect((await verb("jump", { weightBp: 3_000 })).body).toMatchObject({ step: 0, weightBp: 3_000, held: false });
    expect(await verb("jump", { weightBp: 70_000 })).toMatchObject({ status: 422, body: { code: "release.invalid" } });
    expect((await verb("pause", { reason: "lunch" })).body).toMatchObject({ state: "paused", because: expect.stringContaining("lunch") });
    expect(await verb("pause")).toMatchObject({ status: 409, body: { code: "release.state" } });
    expect(await verb("nonsense")).toMatchObject({ status: 422 });
    expect(await start({ service: "cart", version: "1.1.0", strategy: "quick" })).toMatchObject({
      status: 409,
      body: { code: "release.busy" },
    });
    expect((await api.send("GET", "/api/v1/releases?active=true&service=cart")).body.items).toMatchObject([{ id, state: "paused" }]);
    await api.restart();
    expect((await api.send("GET", `/api/v1/releases/${id}`)).body).toMatchObject({ state: "paused", weightBp: 3_000 });
    expect((await verb("rollback", { reason: "enough" })).body).toMatchObject({ state: "rolling-back", weightBp: 0 });
    expect((await api.send("GET", "/api/v1/services/cart/split")).body.weights).toEqual({ "1.0.0": 10_000 });
  });

  test.each([
    [{ service: "nope", version: "1.0.0", strategy: "quick" }, 404, "service.unknown", "service"],
    [{ service: "cart", version: "9.0.0", strategy: "quick" }, 404, "version.unknown", "version"],
    [{ service: "payments", version: "2.4.0", strategy: "nope" }, 404, "strategy.unknown", "strategy"],
    [{ service: "payments", version: "2.3.0", strategy: "quick" }, 409, "release.nothing", "version"],
    [{ service: "payments", version: "2.5.0", strategy: "quick" }, 409, "compatibility.refused", "version"],
    [{ service: "payments", version: "2.4.0", strategy: "quick" }, 409, "compatibility.refused", "version"],
    [{ service: "payments", strategy: "quick" }, 422, "release.invalid", "version"],
    [{ plan: "plan-1", service: "payments", strategy: "quick" }, 422, "release.invalid", "plan"],
    [{ plan: "plan-99", strategy: "quick" }, 404, "plan.unknown", "plan"],
    [
      { service: "payments", version: "2.4.0", strategy: steps(5_000, 1_000, 10_000) },
      422,
      "strategy.steps-down",
      "strategy.steps.1.weightBp",
    ],
    [{ service: "payments", version: "2.4.0", strategy: steps(5_000, 20_000) }, 422, "strategy.over-full", "strategy.steps.1.weightBp"],
    [{ service: "payments", version: "2.4.0", strategy: steps(5_000, 9_000) }, 422, "strategy.never-ends", "strategy.steps.1.weightBp"],
    [{ service: "payments", version: "2.4.0", strategy: steps() }, 422, "strategy.never-ends", "strategy.steps"],
    [
      { service: "payments", version: "2.4.0", strategy: { kind: "exponential", gamma: 1.5, everyMs: 60_000 } },
      422,
      "strategy.invalid",
      "strategy.gamma",
    ],
    [
      { service: "payments", version: "2.4.0", strategy: { kind: "linear", fromBp: 100, stepBp: 100, everyMs: 0 } },
      422,
      "strategy.invalid",
      "strategy.everyMs",
    ],
    [{ service: "payments", version: "2.4.0", strategy: "quick", judge: { minRequests: -1 } }, 422, "release.invalid", "judge.minRequests"],
    [
      {
        service: "payments",
        version: "2.4.0",
        strategy: "quick",
        judge: { metrics: [{ kind: "threshold", query: "eror-rate(cart)", above: 0.1 }] },
      },
      422,
      "metric.unknown",
      "judge.metrics.0.query",
    ],
  ])("%j is refused with %i %s at %s, and the mesh stays as it was", async (body, status, code, path) => {
    const before = (await api.send("GET", "/api/v1/mesh")).body.seq;
    const refused = await start(body);
    expect(refused.status).toBe(status);
    expect(refused.body.errors.map((error: { code: string; path: string }) => `${error.code} ${error.path}`)).toContain(`${code} ${path}`);
    expect((await api.send("GET", "/api/v1/mesh")).body.seq).toBe(before);
  });

  test("strategies are listed from the start, and one's own take their place under rev", async () => {
    const { items } = (await api.send("GET", "/api/v1/strategies")).body;
    expect(items.map(({ name }: { name: string }) => name)).toEqual(expect.arrayContaining(["careful", "quick", "linear", "exponential"]));
    const put = (rev: string, strategy: unknown) =>
      api.send("PUT", "/api/v1/strategies/mine", { body: { strategy }, headers: { "if-match": `"${rev}"` } });
    const linear = { kind: "linear", fromBp: 2_000, stepBp: 2_000, everyMs: 30_000 };
    expect(await put("0", linear)).toMatchObject({
      status: 200,
      body: { name: "mine", rev: 1, steps: expect.arrayContaining([{ weightBp: 10_000 }]) },
    });
    expect(await put("0", linear)).toMatchObject({ status: 412 });
    expect(await put("1", { ...linear, stepBp: 0 })).toMatchObject({ status: 422, body: { code: "strategy.never-ends" } });
    expect((await api.send("GET", "/api/v1/strategies/mine")).body).toMatchObject({ rev: 1, builtIn: false, strategy: linear });
  });

  test("a strategy is removed under its rev, one that is there from the start only back to what it was", async () => {
    const one = (name: string) => `/api/v1/strategies/${name}`;
    const send = (method: string, name: string, rev: string, body?: unknown) =>
      api.send(method, one(name), { ...(body === undefined ? {} : { body }), headers: { "if-match": `"${rev}"` } });
    const strategy = { kind: "linear", fromBp: 1_000, stepBp: 1_000, everyMs: 30_000 };
    await send("PUT", "gone-soon", "0", { strategy });
    expect(await send("DELETE", "gone-soon", "7")).toMatchObject({ status: 412, body: { code: "precondition.failed" } });
    expect((await send("DELETE", "gone-soon", "1")).body).toMatchObject({ change: { kind: "strategy.remove", undoable: true } });
    expect(await api.send("GET", one("gone-soon"))).toMatchObject({ status: 404, body: { code: "strategy.unknown" } });
    expect(await send("DELETE", "gone-soon", "1")).toMatchObject({ status: 404, body: { code: "strategy.unknown" } });
    expect(await send("DELETE", "quick", "0")).toMatchObject({ status: 409, body: { code: "strategy.built-in" } });
    const before = (await api.send("GET", one("quick"))).body;
    await send("PUT", "quick", "0", { strategy });
    await send("DELETE", "quick", "1");
    expect((await api.send("GET", one("quick"))).body).toEqual(before);
  });

  test("pages through every release once, those under way first, also when one ends in between", async () => {
    for (const service of ["payments", "cart"]) {
      const version = service === "cart" ? "1.1.0" : "2.4.0";
      await api.send("POST", "/api/v1/manifest", { body: { services: { checkout: { versions: { "1.4.0": { requirements: {} } } } } } });
      for (let made = 0; made < 3; made++) {
        const { id } = (await start({ service, version, strategy: "quick", start: false })).body;
        if (made < 2) await api.send("POST", `/api/v1/releases/${id}/abort`, { body: {} });
      }
    }
    const all = (await api.send("GET", "/api/v1/releases")).body.items.map(({ id }: { id: string }) => id);
    const seen: string[] = [];
    let cursor = "";
    do {
      const { items, nextCursor } = contract["GET /api/v1/releases"].response.parse(
        (await api.send("GET", `/api/v1/releases?limit=1${cursor}`)).body,
      );
      seen.push(...items.map(({ id }) => id));
      if (seen.length === 1) await api.send("POST", `/api/v1/releases/${seen[0]}/abort`, { body: {} });
      cursor = nextCursor === undefined ? "" : `&cursor=${nextCursor}`;
    } while (cursor !== "");
    // The one that ended after it was seen is met again among the ended; nothing is missed.
    expect([...new Set(seen)].sort()).toEqual([...all].sort());
    expect(await api.send("GET", "/api/v1/releases?cursor=x")).toMatchObject({ status: 422, body: { code: "input.invalid" } });
  });
});
