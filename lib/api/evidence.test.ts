import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningApi, startApi } from "./api.fixture.ts";

let api: RunningApi;

const MANIFEST = {
  services: {
    checkout: {
      versions: {
        "1.4.0": { requirements: { payments: "^2.1.0" }, instances: [{ address: "127.0.0.1", port: 9114 }] },
        "2.0.0": { requirements: { payments: ">=2.3.0 <4.0.0" }, instances: [{ address: "127.0.0.1", port: 9120 }] },
      },
      split: { weights: { "1.4.0": 10_000 } },
    },
    payments: {
      versions: {
        "2.3.0": { instances: [{ address: "127.0.0.1", port: 9123 }] },
        "3.0.0": { instances: [{ address: "127.0.0.1", port: 9130 }] },
      },
      split: { weights: { "2.3.0": 10_000 } },
    },
  },
};

const OLD = { service: "checkout", version: "1.4.0" };
const NEW = { service: "checkout", version: "2.0.0" };
const P2 = { service: "payments", version: "2.3.0" };
const P3 = { service: "payments", version: "3.0.0" };

beforeAll(async () => {
  api = await startApi();
  const applied = await api.send("POST", "/api/v1/manifest", { body: MANIFEST });
  expect(applied.status).toBeLessThan(300);
});

afterAll(() => api.stop());

const post = (path: string, body: unknown) => api.send("POST", path, { body });

describe("evidence over the API", () => {
  test("a dry run tells the fact and keeps none", async () => {
    const body = { consumer: NEW, provider: P3, verdict: "incompatible", reason: "double charge" };
    const tried = await post("/api/v1/evidence?dryRun=true", body);
    expect(tried).toMatchObject({ status: 200, body: { dryRun: true, fact: { verdict: "incompatible", source: "operator" } } });
    expect((await api.send("GET", "/api/v1/evidence")).body).toEqual({ items: [] });
  });

  test("a veto is 201 with the fact and the change, is listed, shown in the matrix, and taken back", async () => {
    const body = { consumer: NEW, provider: P3, verdict: "incompatible", reason: "double charge" };
    const made = await post("/api/v1/evidence", body);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      fact: { consumer: NEW, provider: P3, constraint: "api", reason: "double charge" },
      change: { kind: "evidence.record", undoable: true, reason: "double charge" },
    });
    expect(made.body.fact.sentence).toBe(
      `${made.body.fact.author} says that checkout 2.0.0 does not work with payments 3.0.0: double charge.`,
    );
    expect((await post("/api/v1/evidence", body)).body).toMatchObject({ change: null, fact: { id: made.body.fact.id } });
    const matrix = await api.send("GET", "/api/v1/compatibility?consumer=checkout&provider=payments");
    const cell = matrix.body.cells.find(
      (one: { consumerVersion: string; providerVersion: string }) => one.consumerVersion === "2.0.0" && one.providerVersion === "3.0.0",
    );
    expect(cell).toMatchObject({ verdict: "incompatible", evidence: [{ kind: "operator", id: made.body.fact.id }, { kind: "declared" }] });
    expect(matrix.body.contradictions).toMatchObject([
      { consumer: NEW, provider: P3, stands: { kind: "operator" }, against: { kind: "declared" } },
    ]);
    expect((await api.send("GET", "/api/v1/contradictions")).body).toEqual({ items: matrix.body.contradictions, total: 1 });
    const gone = await api.send("DELETE", `/api/v1/evidence/${made.body.fact.id}?reason=repaired`);
    expect(gone).toMatchObject({ status: 200, body: { change: { kind: "evidence.withdraw", reason: "repaired" } } });
    expect((await api.send("DELETE", `/api/v1/evidence/${made.body.fact.id}`)).body).toMatchObject({
      status: 404,
      code: "evidence.unknown",
    });
  });

  test("a verification is published once and counts for every version with that contract", async () => {
    const publish = (consumer: object, provider: object, result: string) =>
      post("/api/v1/verifications", {
        consumer,
        provider,
        contractHash: "sha256:abcd",
        result,
        source: "ci/payments",
        at: "2026-01-01T00:00:00Z",
      });
    expect(await publish(OLD, P3, "passed")).toMatchObject({
      status: 201,
      body: { fact: { source: "verification", verifier: "ci/payments" } },
    });
    expect(await publish(NEW, P2, "passed")).toMatchObject({ status: 201 });
    expect(await publish(OLD, P3, "failed")).toMatchObject({ status: 422, body: { code: "evidence.contradiction" } });
    const unknown = await api.send("GET", "/api/v1/evidence?consumer=nope&provider=payments@9.9.9");
    expect(unknown).toMatchObject({ status: 404, body: { errors: [{ path: "query.consumer" }, { path: "query.provider" }] } });
    const { body } = await api.send("GET", "/api/v1/evidence?consumer=checkout@1.4.0&provider=payments");
    expect(body.items).toHaveLength(1);
    const first = await api.send("GET", "/api/v1/evidence?limit=1");
    const second = await api.send("GET", `/api/v1/evidence?limit=1&cursor=${first.body.nextCursor}`);
    expect([first, second].map((page) => page.body.items[0].consumer)).toEqual([NEW, OLD]);
    expect(second.body.nextCursor).toBeUndefined();
    expect((await api.send("GET", "/api/v1/evidence?cursor=x")).status).toBe(422);
  });

  test("asks whether a version can be deployed", async () => {
    const asked = await post("/api/v1/can-i-deploy", P3);
    expect(asked).toMatchObject({
      status: 200,
      body: { verdict: "compatible", reasons: [], notes: [], exposure: { before: {}, after: {} } },
    });
    expect(asked.body.proven).toMatchObject([{ consumer: OLD, provider: P3, evidence: [{ kind: "verification" }, { kind: "declared" }] }]);
    expect((await post("/api/v1/can-i-deploy", { service: "payments", version: "9.0.0" })).body).toMatchObject({
      status: 404,
      code: "version.unknown",
    });
  });

  test.each([
    [
      "an unknown service and version",
      { consumer: { service: "cart", version: "1.0.0" }, provider: { service: "payments", version: "9.0.0" } },
      404,
      ["consumer.service", "provider.version"],
    ],
    ["no reason", { reason: "  " }, 422, ["reason"]],
    ["a time that is over", { expiresAt: "2020-01-01T00:00:00Z" }, 422, ["expiresAt"]],
    ["a verdict that is none", { verdict: "unknown" }, 422, ["verdict"]],
    ["a field that is none", { colour: "red" }, 422, ["colour"]],
  ])("refuses %s, with its path", async (_, more, status, paths) => {
    const refused = await post("/api/v1/evidence", { consumer: OLD, provider: P2, verdict: "incompatible", reason: "why", ...more });
    expect([refused.status, refused.body.errors.map(({ path }: { path: string }) => path)]).toEqual([status, paths]);
  });
});
