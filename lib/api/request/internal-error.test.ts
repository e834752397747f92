import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningApi, startApi } from "../api.fixture.ts";

const reported: unknown[] = [];
let failing = true;
let api: RunningApi;
beforeAll(async () => {
  const view = { targetRps: 5, actualRps: 0, sent: 0, failed: 0, running: true };
  const load = {
    get: async () => view,
    async set(targetRps: number) {
      if (failing) throw new Error("secret path /root/x");
      return { ok: true as const, value: { ...view, targetRps } };
    },
  };
  api = await startApi({ load, report: (error) => reported.push(error) });
});
afterAll(() => api.stop());

test("a flaw of ours is 500 without its details, is reported, and frees the idempotency key", async () => {
  const put = { body: { targetRps: 9 }, headers: { "idempotency-key": "k" } };
  const answer = await api.send("PUT", "/api/v1/load", put);
  expect(answer).toMatchObject({ status: 500, body: { code: "engine.internal" } });
  expect(answer.text).not.toContain("secret");
  expect(String(reported[0])).toContain("secret path");
  failing = false;
  expect(await api.send("PUT", "/api/v1/load", put)).toMatchObject({ status: 200, body: { targetRps: 9 } });
});
