import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningApi, startApi } from "./api.fixture.ts";
import { contract } from "./contract/index.ts";

const TARGET = { checkout: "2.0.0", payments: "3.0.0" };
let api: RunningApi;

beforeAll(async () => {
  api = await startApi();
  const instance = (port: number) => ({ instances: [{ address: "127.0.0.1", port }] });
  const services = {
    payments: { versions: { "2.3.0": instance(9_301), "3.0.0": instance(9_302) }, split: { weights: { "2.3.0": 10_000 } } },
    checkout: {
      versions: {
        "1.4.0": { requirements: { payments: "^2.1.0" }, ...instance(9_303) },
        "2.0.0": { requirements: { payments: ">=2.3.0 <4.0.0" }, ...instance(9_304) },
      },
      split: { weights: { "1.4.0": 10_000 } },
    },
  };
  const applied = await api.send("POST", "/api/v1/manifest", { body: { services } });
  expect(applied.status).toBeLessThan(300);
});

afterAll(() => api.stop());

const post = (path: string, body: unknown = {}) => api.send("POST", `/api/v1/plans${path}`, { body });

describe("plans over the API", () => {
  test("a dry run shows the way and keeps nothing", async () => {
    const dry = await post("?dryRun=true", { target: TARGET });
    expect(dry).toMatchObject({ status: 200, body: { dryRun: true, state: "ready", waves: [{ kind: "shift" }, { kind: "shift" }] } });
    expect((await api.send("GET", "/api/v1/plans")).body).toEqual({ items: [] });
  });

  test("a plan is made, looked at, executed, paused, resumed and reversed, each answer as the contract says", async () => {
    const made = await post("", { target: TARGET, reason: "autumn release" });
    expect(made.status).toBe(201);
    const { id } = contract["POST /api/v1/plans"].response.parse(made.body);
    expect(made.body).toMatchObject({
      change: { kind: "plan.create", reason: "autumn release", undoable: false },
      waves: [{ state: "waiting", steps: [{ service: "checkout", from: "1.4.0", to: "2.0.0", ready: 1, capacityRps: null }] }, {}],
      certificate: { start: { checkout: ["1.4.0"], payments: ["2.3.0"] }, target: TARGET },
      alternatives: [],
      check: { holds: true },
    });
    const shown = await api.send("GET", `/api/v1/plans/${id}`);
    contract["GET /api/v1/plans/{id}"].response.parse(shown.body);
    expect(shown.body).toMatchObject({ id, state: "ready", start: { checkout: { "1.4.0": 10_000 } } });

    expect((await post(`/${id}/execute?dryRun=true`)).body).toMatchObject({ dryRun: true, state: "running" });
    expect((await post(`/${id}/execute`, { reason: "now" })).body).toMatchObject({ state: "running", change: { kind: "plan.execute" } });
    const waiting = async () => (await api.send("GET", `/api/v1/plans/${id}`)).body.waitingFor;
    await expect.poll(waiting).toBe("checkout, acknowledged: No proxy is connected.");
    expect((await api.send("GET", "/api/v1/plans")).body.items).toMatchObject([{ id, state: "running", wavesDone: 1, waves: 2 }]);
    expect((await post(`/${id}/pause`, { reason: "lunch" })).body).toMatchObject({
      state: "paused",
      pausedBecause: expect.stringContaining("lunch"),
    });
    expect((await post(`/${id}/resume`)).body).toMatchObject({ state: "running" });
    expect((await post(`/${id}/reverse`)).body).toMatchObject({ state: "reversing", direction: "back" });
  });

  test("a running plan is known after a restart of the engine", async () => {
    const { items } = (await api.send("GET", "/api/v1/plans")).body;
    await api.restart();
    expect((await api.send("GET", "/api/v1/plans")).body.items[0].id).toBe(items[0].id);
  });

  test.each([
    [{}, 422, "plan.target", "target"],
    [{ target: {} }, 422, "plan.target", "target"],
    [{ target: { nope: "1.0.0" } }, 404, "service.unknown", "target.nope"],
    [{ target: { checkout: "9.0.0" } }, 404, "version.unknown", "target.checkout"],
    [{ target: { checkout: 2 } }, 422, "input.invalid", "target.checkout"],
    [{ target: TARGET, prefer: "luck" }, 422, "input.invalid", "prefer"],
    [{ target: TARGET, avoid: [{ service: "nope", version: "1.0.0" }] }, 404, "service.unknown", "avoid.0.service"],
    [{ target: TARGET, rollback: { service: "checkout" } }, 422, "plan.target", "target"],
    [{ target: TARGET, dryRun: true }, 422, "input.unknown-field", "dryRun"],
  ])("%j is refused with %i %s at %s", async (body, status, code, path) => {
    const refused = await post("", body);
    expect(refused).toMatchObject({ status, body: { errors: [{ path }] } });
    expect([refused.body.code, refused.body.errors[0].code]).toContain(code);
  });

  test("a target that cannot be names the pairs in the way and what would open it", async () => {
    const refused = await post("", { target: { checkout: "1.4.0", payments: "3.0.0" } });
    expect(refused).toMatchObject({
      status: 409,
      body: { code: "plan.impossible", reasons: [{ consumer: { service: "checkout", version: "1.4.0" }, verdict: "incompatible" }] },
    });
    expect(refused.body.errors[0].fix).toContain("checkout 1.4.0 with payments 3.0.0");
  });

  test("a plan that does not exist is 404 under every verb", async () => {
    for (const verb of ["execute", "pause", "resume", "reverse"]) {
      expect(await post(`/plan_999/${verb}`)).toMatchObject({ status: 404, body: { code: "plan.unknown", errors: [{ path: "id" }] } });
    }
    expect(await api.send("GET", "/api/v1/plans/plan_999")).toMatchObject({ status: 404, body: { code: "plan.unknown" } });
  });
});

describe("a rollback over the API", () => {
  test("tells on a dry run what moves, and where it is refused what must move with it", async () => {
    const revOf = async (service: string) => (await api.send("GET", `/api/v1/services/${service}/split`)).headers.etag ?? "";
    const split = async (service: string, version: string) =>
      api.send("PUT", `/api/v1/services/${service}/split`, {
        body: { weights: { [version]: 10_000 } },
        headers: { "if-match": await revOf(service) },
      });
    await split("checkout", "2.0.0");
    await split("payments", "3.0.0");
    const rollback = async (service: string, query = "") =>
      api.send("POST", `/api/v1/services/${service}/rollback${query}`, {
        body: { reason: "errors" },
        headers: { "if-match": await revOf(service) },
      });
    const dry = await rollback("payments", "?dryRun=true");
    expect(dry).toMatchObject({
      status: 200,
      body: { closure: { steps: [{ wave: 1, service: "payments", from: "3.0.0", to: "2.3.0" }] } },
    });
    const steps = [
      { wave: 1, service: "payments" },
      { wave: 2, service: "checkout" },
    ];
    for (const query of ["?dryRun=true", ""]) {
      expect(await rollback("checkout", query)).toMatchObject({ status: 409, body: { code: "compatibility.refused", closure: { steps } } });
    }
    const made = await post("", { rollback: { service: "checkout" } });
    expect(made).toMatchObject({
      status: 201,
      body: { waves: [{ steps: [{ service: "payments" }] }, { steps: [{ service: "checkout" }] }] },
    });
  });
});
