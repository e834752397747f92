import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LiveLane } from "@/components/live/live-service.ts";
import { judgeWhole } from "../../live/live-service.ts";
import { completeFind } from "./complete-find.ts";
import { type FindSubject, matchesFind } from "./match-service.ts";
import { parseFind } from "./parse-find.ts";

function lane(version: string, part: Partial<LiveLane> = {}): LiveLane {
  return {
    version,
    weightBp: 10_000,
    rps: 10,
    errorRate: 0,
    p50Ms: 5,
    p99Ms: 30,
    requests: 600,
    instances: 2,
    ready: 2,
    ejected: 0,
    health: "ok",
    ...part,
  };
}

const subject = (name: string, versions: readonly LiveLane[], part: Partial<FindSubject> = {}): FindSubject => ({
  name,
  versions,
  whole: judgeWhole(versions),
  callers: [],
  callees: [],
  locked: false,
  ...part,
});

const mesh = [
  subject("checkout", [lane("1.4.0")], { callees: ["payments"] }),
  subject("payments", [lane("2.3.0"), lane("3.0.0", { weightBp: 0, rps: 0, errorRate: null, p50Ms: null, p99Ms: null, requests: 0 })], {
    callers: ["checkout"],
    locked: true,
  }),
  subject("recommendations", [
    lane("1.2.0", { weightBp: 7500, rps: 23 }),
    lane("1.3.0", { weightBp: 2500, rps: 8, errorRate: 0.048, p99Ms: 212, health: "bad" }),
  ]),
  subject("users", [lane("2.0.0", { rps: 0, errorRate: null, p50Ms: null, p99Ms: null, requests: 0 })]),
];

function find(text: string): string[] {
  const parsed = parseFind(text);
  if (!parsed.ok) return parsed.error.map((problem) => `${problem.code} at ${problem.start}`);
  const query = parsed.value;
  return mesh.filter((entry) => query === null || matchesFind(query, entry)).map((entry) => entry.name);
}

describe("find", () => {
  test.each([
    ["", ["checkout", "payments", "recommendations", "users"]],
    ["pay", ["payments"]],
    ["name:pay*", ["payments"]],
    ["name:*out", ["checkout"]],
    ["name:c*k*t", ["checkout"]],
    ['"check"', ["checkout"]],
    ["error > 1%", ["recommendations"]],
    ["error > 1% and version:canary", ["recommendations"]],
    ["error > 1% or version:3.0.0", ["payments", "recommendations"]],
    ["version:canary", ["recommendations"]],
    ["version:1.*", ["checkout", "recommendations"]],
    ["unhealthy", ["recommendations"]],
    ["idle", ["users"]],
    ["locked", ["payments"]],
    ["calls:payments", ["checkout"]],
    ["called-by:checkout", ["payments"]],
    ["rps > 5 and not p99 > 100ms", ["checkout", "payments"]],
    ["p99 > 0.2s", ["recommendations"]],
    ["rps > 5 (pay or check)", ["checkout", "payments"]],
    ["not (locked or unhealthy)", ["checkout", "users"]],
    ["NOT Locked AND rps>5", ["checkout", "recommendations"]],
  ])("%j finds %j", (text, names) => {
    expect(find(text)).toEqual(names);
  });

  test("and binds closer than or", () => {
    expect(find("locked or unhealthy and idle")).toEqual(["payments"]);
  });

  test("a figure that nobody measured matches neither side of a comparison", () => {
    expect(find("users p99 > 1ms")).toEqual([]);
    expect(find("users p99 < 1ms")).toEqual([]);
  });
});

describe("a find text that cannot be read says where and why", () => {
  test.each([
    ["error >", ["expected-value at 7"]],
    ["error > fast", ["bad-number at 8"]],
    ["error > 3ms", ["bad-number at 8"]],
    ["color:red", ["unknown-field at 0"]],
    ["size > 3", ["unknown-field at 0"]],
    ["(locked", ["unclosed at 0"]],
    ["locked)", ["unopened at 6"]],
    ["and", ["expected-term at 0"]],
    ["locked or", ["expected-term at 9"]],
    ["name:", ["expected-value at 5"]],
    ["error", ["expected-operator at 5"]],
    ["size > 3 and (error > x", ["unknown-field at 0", "bad-number at 22", "unclosed at 13"]],
  ])("%j", (text, problems) => {
    expect(find(text)).toEqual(problems);
  });

  test("any text at all gives a query or a problem within the text", () => {
    const words = fc.constantFrom("(", ")", "and", "or", "not", "error", ">", "1%", ":", "name", "pay*", '"', "x", "!=");
    fc.assert(
      fc.property(fc.array(words, { maxLength: 12 }), (parts) => {
        const text = parts.join(" ");
        const parsed = parseFind(text);
        const places = parsed.ok ? [] : parsed.error.map((problem) => problem.start);
        expect(parsed.ok || places.length > 0).toBe(true);
        expect(places.every((start) => start >= 0 && start <= text.length)).toBe(true);
      }),
    );
  });
});

describe("completion", () => {
  const names = { services: ["payments", "users"], versions: ["2.3.0", "3.0.0"] };
  const texts = (text: string) => completeFind(text, text.length, names).map((entry) => entry.text);

  test("offers figures, states and fields at the start", () => {
    expect(texts("").slice(0, 4)).toEqual(["error > ", "rps > ", "p99 > ", "unhealthy "]);
  });

  test("offers what begins as typed", () => {
    expect(texts("un")).toEqual(["unhealthy "]);
    expect(texts("locked and pay")).toEqual(["payments "]);
  });

  test("offers values after a field, operators after a figure, and how to go on after a term", () => {
    expect(texts("version:")).toEqual(["canary ", "2.3.0 ", "3.0.0 "]);
    expect(texts("error ")).toEqual(["> ", "< ", ">= ", "<= "]);
    expect(texts("locked ").slice(0, 2)).toEqual(["and ", "or "]);
  });

  test("replaces the word under the caret and nothing else", () => {
    expect(completeFind("not pay", 7, names)).toEqual([{ text: "payments ", kind: "name", from: 4, to: 7 }]);
  });
});
