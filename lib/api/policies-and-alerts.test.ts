import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { API_TOKEN, type RunningApi, startApi } from "./api.fixture.ts";
import { contract } from "./contract/index.ts";

let api: RunningApi;

beforeAll(async () => {
  api = await startApi();
  const services = { payments: { versions: { "1.0.0": { instances: [{ address: "127.0.0.1", port: 9_401 }] } } } };
  expect((await api.send("POST", "/api/v1/manifest", { body: { services } })).status).toBeLessThan(300);
});

afterAll(() => api.stop());

const RULE = {
  name: "payments is registered",
  kind: "alert",
  trigger: { metric: "instances(payments)", above: 0, forMs: 0, resolveForMs: 0 },
  actions: [{ kind: "alert", severity: "warning", summary: "It is there" }],
};
const post = (body: unknown, query = "") => api.send("POST", `/api/v1/policies${query}`, { body });
const alerts = async () => (await api.send("GET", "/api/v1/alerts?service=payments")).body.items;

describe("policies over the API", () => {
  test("Interlock's own are listed with their rule and what they would do now", async () => {
    const list = contract["GET /api/v1/policies"].response.parse((await api.send("GET", "/api/v1/policies")).body);
    const errors = list.items.find(({ id }) => id === "built-in-errors");
    expect(errors).toMatchObject({ builtIn: true, rev: 0, state: "idle", now: "Nothing: there is no data." });
    expect(errors?.sentence).toBe("When error-rate(*) is above 5 % for 30 s, while requests(*, 1m) is above 50: alert (warning).");
  });

  test("one is made, changed with its rev, switched off and removed", async () => {
    expect((await post(RULE, "?dryRun=true")).body).toMatchObject({ dryRun: true });
    const made = await post({ ...RULE, name: "mine", enabled: false });
    expect(made.status).toBe(201);
    const { id, rev } = contract["POST /api/v1/policies"].response.parse(made.body);
    expect(made.headers["etag"]).toContain(String(rev));
    const path = `/api/v1/policies/${id}`;
    expect((await api.send("PUT", path, { body: RULE })).status).toBe(428);
    const stale = await api.send("PUT", path, { body: RULE, headers: { "if-match": '"9"' } });
    expect(stale).toMatchObject({ status: 412, body: { current: { rev: 1, state: { name: "mine" } } } });
    const changed = await api.send("PUT", path, { body: { ...RULE, name: "renamed", enabled: false }, headers: { "if-match": '"1"' } });
    expect(changed).toMatchObject({ status: 200, body: { name: "renamed", rev: 2 } });
    const removed = await api.send("DELETE", path, { headers: { "if-match": '"2"' } });
    expect(removed.status).toBe(200);
    expect((await api.send("GET", path)).body).toMatchObject({ code: "automation.unknown" });
  });

  test.each([
    ["an unknown metric", { trigger: { metric: "eror-rate(payments)", above: 1, forMs: 0 } }, 422, "metric.unknown"],
    ["a loop", { trigger: { event: "rollback" }, actions: [{ kind: "rollback" }] }, 422, "automation.loop"],
    ["flapping", { guard: { cooldownMs: 100 }, actions: [{ kind: "rollback" }] }, 422, "automation.flapping"],
    ["an unknown field", { colour: "red" }, 422, "input.unknown-field"],
    ["an action that does not exist", { actions: [{ kind: "panic" }] }, 422, "input.invalid"],
  ])("%s is refused", async (_, more, status, code) => {
    expect(await post({ ...RULE, ...more })).toMatchObject({ status, body: { code } });
  });

  test("one that restarts or scales takes the local token to be written, changed, switched on or brought back; none to be switched off", async () => {
    const unlocked = { "x-interlock-token": API_TOKEN };
    const scales = {
      ...RULE,
      kind: "automation",
      name: "more",
      enabled: false,
      guard: { cooldownMs: 60_000 },
      actions: [{ kind: "scale", by: 1 }],
    };
    expect(await post(scales)).toMatchObject({ status: 401, body: { code: "token.required" } });
    const made = await api.send("POST", "/api/v1/policies", { body: { ...scales, enabled: true }, headers: unlocked });
    expect(made.status).toBe(201);
    const path = `/api/v1/policies/${made.body.id}`;
    const put = (body: unknown, rev: number, headers = {}) =>
      api.send("PUT", path, { body, headers: { ...headers, "if-match": `"${rev}"` } });
    expect((await put({ ...scales, enabled: false, actions: [{ kind: "scale", by: 9 }] }, 1)).status).toBe(401);
    expect(await put(scales, 1)).toMatchObject({ status: 200, body: { enabled: false } });
    expect((await put({ ...scales, enabled: true }, 2)).status).toBe(401);
    expect((await put({ ...scales, enabled: true }, 2, unlocked)).status).toBe(200);
    const removed = await api.send("DELETE", path, { headers: { "if-match": '"3"' } });
    expect(removed.status).toBe(200);
    const undo = `/api/v1/changes/${removed.body.change.id}/undo`;
    expect((await api.send("POST", undo)).body.code).toBe("token.required");
    const back = await api.send("POST", undo, { headers: unlocked });
    expect(back.status).toBe(200);
    expect((await api.send("POST", `/api/v1/changes/${back.body.change.id}/undo`)).status).toBe(200);
  });

  test("Interlock's own are not removed", async () => {
    const removed = await api.send("DELETE", "/api/v1/policies/built-in-errors", { headers: { "if-match": '"0"' } });
    expect(removed).toMatchObject({ status: 409, body: { code: "automation.built-in" } });
  });

  test("a rule is tried over the last hour before it is kept", async () => {
    const run = await api.send("POST", "/api/v1/policies/draft/dry-run", {
      body: { policy: { ...RULE, trigger: { metric: "error-rate(*) + ready(*)", above: 1, forMs: 0 } } },
    });
    expect(contract["POST /api/v1/policies/{id}/dry-run"].response.parse(run.body)).toMatchObject({ firings: [], notStored: ["ready"] });
    const wrong = await api.send("POST", "/api/v1/policies/draft/dry-run", {
      body: { policy: { ...RULE, trigger: { event: "rolback" } } },
    });
    expect(wrong).toMatchObject({ status: 422, body: { code: "automation.invalid" } });
    expect((await api.send("POST", "/api/v1/policies/built-in-errors/dry-run")).status).toBe(200);
  });
});

describe("alerts over the API", () => {
  test("fire, survive a restart, are acknowledged and silenced, explained, and end with their policy", async () => {
    const made = await post(RULE);
    await expect.poll(alerts, { timeout: 10_000 }).toMatchObject([{ state: "firing", summary: expect.stringContaining("It is there") }]);
    await api.restart();
    const [alert] = await alerts();
    expect(alert).toMatchObject({ state: "firing", subject: "payments", policy: made.body.id });

    const path = `/api/v1/alerts/${alert.id}`;
    expect((await api.send("POST", `${path}/ack`, { body: { reason: "" } })).body).toMatchObject({ code: "alert.invalid" });
    const acked = await api.send("POST", `${path}/ack`, { body: { reason: "looking" } });
    expect(acked.body).toMatchObject({ acknowledged: { reason: "looking" }, change: { kind: "alert.ack", undoable: false } });
    const until = new Date(Date.now() + 3_600_000).toISOString();
    expect((await api.send("POST", `${path}/silence`, { body: { until } })).body).toMatchObject({ silencedUntil: until });
    expect((await api.send("POST", `${path}/silence`, { body: { until: "2001-01-01T00:00:00Z" } })).status).toBe(422);

    const diagnosis = contract["GET /api/v1/alerts/{id}/diagnosis"].response.parse((await api.send("GET", `${path}/diagnosis`)).body);
    expect(diagnosis.causes[0]).toMatchObject({ kind: "manifest.apply", reverse: { kind: "undo" } });
    const list = contract["GET /api/v1/alerts"].response.parse((await api.send("GET", "/api/v1/alerts")).body);
    expect(list.groups.find(({ policy }) => policy === made.body.id)).toMatchObject({ service: "payments", alerts: [alert.id] });

    expect(list.nextCursor).toBeUndefined();
    expect((await api.send("GET", "/api/v1/alerts?cursor=none")).body.errors).toMatchObject([{ path: "query.cursor" }]);

    const off = await api.send("PUT", `/api/v1/policies/${made.body.id}`, {
      body: { ...RULE, enabled: false },
      headers: { "if-match": '"1"' },
    });
    expect(off.status).toBe(200);
    await expect.poll(alerts, { timeout: 10_000 }).toMatchObject([{ id: alert.id, state: "resolved" }]);
    expect((await api.send("POST", `${path}/ack`, { body: { reason: "late" } })).body).toMatchObject({ code: "alert.state" });
    expect((await alerts()).length).toBe(1);
  });

  test("of an unknown id is 404", async () => {
    for (const path of ["alr-999", "alr-999/diagnosis"])
      expect((await api.send("GET", `/api/v1/alerts/${path}`)).body).toMatchObject({ code: "alert.unknown" });
  });
});
