import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFakeClock } from "../testing/index.ts";
import { API_TOKEN, type RunningApi, startApi } from "./api.fixture.ts";
import { createLocalTokenGate } from "./request/local-token.ts";

let api: RunningApi;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const unlocked = async (headers: Readonly<Record<string, string>>) =>
  (await api.send("GET", "/api/v1/local-token", { headers })).body.unlocked;
const codes = (headers: Readonly<Record<string, string>>) => api.send("POST", "/api/v1/local-token/codes", { headers });
const redeem = (code: string) => api.send("POST", "/api/v1/local-token/redeem", { body: { code } });

describe("what starts processes", () => {
  test("is refused without the local token, with another one, and says where it is", async () => {
    const without = await codes({});
    const other = await codes({ "x-interlock-token": "another" });
    expect([without.status, without.body.code, other.status, other.body.code]).toEqual([401, "token.required", 403, "token.invalid"]);
    expect(without.body.errors[0].fix).toContain("<data>/local-token");
    expect(JSON.stringify([without.body, other.body])).not.toContain(API_TOKEN);
  });

  test("is answered with the token, as a header or as the console's cookie", async () => {
    expect((await codes({ "x-interlock-token": API_TOKEN })).status).toBe(201);
    expect((await codes({ cookie: `theme=dark; interlock-token=${API_TOKEN}` })).status).toBe(201);
    expect(
      await Promise.all([unlocked({}), unlocked({ "x-interlock-token": API_TOKEN }), unlocked({ cookie: "interlock-token=no" })]),
    ).toEqual([false, true, false]);
  });

  test("is not answered to another site's page, whose browser would add the cookie", async () => {
    const answer = await codes({ cookie: `interlock-token=${API_TOKEN}`, origin: "http://evil.example", "sec-fetch-site": "cross-site" });
    expect([answer.status, answer.body.code]).toEqual([403, "request.cross-site"]);
  });
});

describe("a one-time code", () => {
  test("gives the token once", async () => {
    const { code } = (await codes({ "x-interlock-token": API_TOKEN })).body;
    expect((await redeem(code)).body).toEqual({ token: API_TOKEN });
    const again = await redeem(code);
    expect([again.status, again.body.code]).toEqual([403, "token.code-invalid"]);
  });

  test("is over after ten minutes", () => {
    const clock = createFakeClock();
    const gate = createLocalTokenGate("token", clock);
    const [early, late] = [gate.issueCode().code, gate.issueCode().code];
    clock.advance(599_999);
    expect(gate.redeem(early)).toBe("token");
    clock.advance(1);
    expect(gate.redeem(late)).toBeNull();
  });

  test("makes room for newer ones, oldest first", () => {
    const gate = createLocalTokenGate("token", createFakeClock());
    const all = Array.from({ length: 33 }, () => gate.issueCode().code);
    expect(all.map((code) => gate.redeem(code) === "token")).toEqual([false, ...Array.from({ length: 32 }, () => true)]);
  });

  test("gives nothing where the engine has no token", () => {
    const gate = createLocalTokenGate(null, createFakeClock());
    expect(gate.redeem(gate.issueCode().code)).toBeNull();
    expect(gate.require(() => "anything")?.code).toBe("token.invalid");
  });
});
