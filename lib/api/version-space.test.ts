import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningApi, startApi } from "./api.fixture.ts";

const SPACE = "/api/v1/version-space";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
  const register = async (service: string, version: string, requirements: Record<string, string> = {}) =>
    expect(await api.send("POST", `/api/v1/services/${service}/versions`, { body: { version, requirements } })).toMatchObject({
      status: 201,
    });
  for (const name of ["checkout", "payments", "catalog"]) {
    expect(await api.send("POST", "/api/v1/services", { body: { name } })).toMatchObject({ status: 201 });
  }
  await register("payments", "2.3.0");
  await register("payments", "3.0.0");
  await register("checkout", "1.4.0", { payments: "^2.1.0" });
  await register("checkout", "2.0.0", { payments: ">=2.3.0 <4.0.0" });
  await register("catalog", "1.0.0");
});
afterAll(() => api.stop());

const feasible = (body: { services: { name: string; versions: { version: string; feasible: boolean }[] }[] }) =>
  Object.fromEntries(
    body.services.map(({ name, versions }) => [name, versions.filter((one) => one.feasible).map(({ version }) => version)]),
  );

describe("the space of versions over HTTP", () => {
  test("every version that some configuration has is feasible, counted with those proven", async () => {
    const { body, status } = await api.send("GET", SPACE);
    expect(status).toBe(200);
    expect(feasible(body)).toEqual({ checkout: ["1.4.0", "2.0.0"], payments: ["2.3.0", "3.0.0"], catalog: ["1.0.0"] });
    expect(body).toMatchObject({
      newest: { checkout: "2.0.0", payments: "3.0.0", catalog: "1.0.0" },
      oldest: { checkout: "1.4.0", payments: "2.3.0", catalog: "1.0.0" },
      count: { exact: "3", lower: "3", upper: "3" },
      tooWide: [],
      settled: true,
      why: [],
      counterfactual: null,
    });
    expect(body.services.find(({ name }: { name: string }) => name === "payments").versions[1].share).toBeCloseTo(1 / 3);
  });

  test("a pin narrows the rest, and what is gone says why", async () => {
    const { body } = await api.send("GET", `${SPACE}?pin=payments@3.0.0`);
    expect(feasible(body)).toEqual({ checkout: ["2.0.0"], payments: ["3.0.0"], catalog: ["1.0.0"] });
    const [old] = body.services.find(({ name }: { name: string }) => name === "checkout").versions;
    expect(old).toMatchObject({
      version: "1.4.0",
      feasible: false,
      reason: expect.stringMatching(/^You pinned payments 3\.0\.0\. .*\^2\.1\.0.* So checkout must be 2\.0\.0\.$/),
    });
    expect(body.count).toEqual({ exact: "1", lower: "1", upper: "1" });
  });

  test("pins that contradict each other are explained, with the least that would have to be otherwise", async () => {
    const { body, status } = await api.send("GET", `${SPACE}?pin=payments@3.0.0&pin=checkout@1.4.0`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ newest: null, oldest: null, count: { exact: "0", lower: "0", upper: "0" } });
    expect(body.why).toEqual([
      "You pinned payments 3.0.0.",
      "You pinned checkout 1.4.0.",
      expect.stringContaining("^2.1.0"),
      expect.stringMatching(/^So (payments cannot be 3\.0\.0|checkout cannot be 1\.4\.0)\.$/),
    ]);
    expect(body.counterfactual.pins).toHaveLength(1);
    expect(body.counterfactual.pairs).toMatchObject([
      { consumer: { service: "checkout", version: "1.4.0" }, provider: { service: "payments", version: "3.0.0" } },
    ]);
  });

  test("with live only versions with ready instances may be chosen", async () => {
    const instance = { version: "2.3.0", address: "127.0.0.1", port: 9023 };
    expect(await api.send("POST", "/api/v1/services/payments/instances", { body: instance })).toMatchObject({ status: 201 });
    const { body } = await api.send("GET", `${SPACE}?live=true`);
    expect(feasible(body)).toEqual({ checkout: [], payments: ["2.3.0"], catalog: [] });
    const pinned = await api.send("GET", `${SPACE}?live=true&pin=payments@3.0.0`);
    expect(pinned.body.why).toEqual(["You pinned payments 3.0.0.", "No instance of payments 3.0.0 is ready."]);
  });

  test("a veto takes configurations out of the space, and its end brings them back", async () => {
    const pair = { consumer: { service: "checkout", version: "2.0.0" }, provider: { service: "payments", version: "3.0.0" } };
    const vetoed = await api.send("POST", "/api/v1/evidence", { body: { ...pair, verdict: "incompatible", reason: "double charges" } });
    expect(vetoed.status).toBe(201);
    const { body } = await api.send("GET", SPACE);
    expect(feasible(body)["payments"]).toEqual(["2.3.0"]);
    expect(body.services.find(({ name }: { name: string }) => name === "payments").versions[1].reason).toContain("double charges");
    await api.send("DELETE", `/api/v1/evidence/${vetoed.body.fact.id}`);
    expect(feasible((await api.send("GET", SPACE)).body)["payments"]).toEqual(["2.3.0", "3.0.0"]);
  });

  test("pins that name nothing are refused, each with its code", async () => {
    const codeOf = async (query: string) => {
      const { body, status } = await api.send("GET", `${SPACE}?${query}`);
      return [status, body.code, body.errors[0].path];
    };
    expect(await codeOf("pin=payments")).toEqual([422, "space.pin", "query.pin"]);
    expect(await codeOf("pin=payments@2.3.0&pin=payments@3.0.0")).toEqual([422, "space.pin", "query.pin"]);
    expect(await codeOf("pin=nobody@1.0.0")).toEqual([404, "service.unknown", "query.pin"]);
    expect(await codeOf("pin=payments@9.9.9")).toEqual([404, "version.unknown", "query.pin"]);
    expect((await api.send("GET", `${SPACE}?live=true&live=true`)).status).toBe(422);
  });
});
