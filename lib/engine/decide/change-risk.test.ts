import { describe, expect, test } from "vitest";
import type { RouteRule } from "../../model/index.ts";
import { type DecideMesh, shop } from "./decide-mesh.fixture.ts";

type Split = NonNullable<RouteRule["split"]>["weights"];

const EVERY_PATH: RouteRule["matches"] = [{ path: { type: "PathPrefix", value: "/" } }];
const BETA: RouteRule["matches"] = [{ headers: [{ name: "x-beta", type: "Exact", value: "1" }] }];

function rules(mesh: DecideMesh, matches: RouteRule["matches"], weights: Split) {
  return { kind: "routes.set", service: "payments", rev: mesh.rev("payments"), rules: [{ matches, split: { weights } }] } as const;
}

function riskOf(mesh: DecideMesh, plain: Parameters<DecideMesh["dryRun"]>[0]) {
  const decided = mesh.dryRun(plain);
  if (!decided.ok || decided.value === null) throw new Error(JSON.stringify(decided));
  return decided.value.risk;
}

describe("a route rule", () => {
  test("that takes all requests to a newer version weighs as much as the split that does", () => {
    const mesh = shop();
    const sentence = "100 % of the requests to payments go to another version than before.";
    expect(riskOf(mesh, { kind: "split.set", service: "payments", rev: mesh.rev("payments"), weights: { "2.4.0": 10_000 } })).toEqual({
      level: "hold",
      reasons: [sentence],
    });
    expect(riskOf(mesh, rules(mesh, EVERY_PATH, { "2.4.0": 10_000 }))).toEqual({ level: "hold", reasons: [`Up to ${sentence}`] });
  });

  test("whose share nobody counts may take all of it", () => {
    const mesh = shop();
    expect(riskOf(mesh, rules(mesh, BETA, { "2.4.0": 10_000 }))).toMatchObject({ level: "hold" });
    expect(riskOf(mesh, rules(mesh, BETA, { "2.3.0": 9_000, "2.4.0": 1_000 }))).toEqual({
      level: "click",
      reasons: ["Up to 10 % of the requests to payments go to another version than before."],
    });
  });

  test("that sends requests where they go anyway moves none, and taking it away is a way back", () => {
    const mesh = shop();
    expect(riskOf(mesh, rules(mesh, BETA, { "2.3.0": 10_000 }))).toEqual({ level: "click", reasons: [] });
    mesh.must(rules(mesh, EVERY_PATH, { "2.4.0": 10_000 }));
    expect(riskOf(mesh, { kind: "routes.set", service: "payments", rev: mesh.rev("payments"), rules: [] })).toMatchObject({
      level: "click",
    });
  });

  test("to a version on its way out says so", () => {
    const mesh = shop();
    const lifecycle = { kind: "lifecycle.set", service: "payments", version: "2.4.0", stage: "deprecated", cause: "operator" } as const;
    mesh.must({ ...lifecycle, rev: mesh.rev("payments") });
    expect(riskOf(mesh, rules(mesh, BETA, { "2.3.0": 9_500, "2.4.0": 500 }))).toMatchObject({
      level: "hold",
      reasons: ["payments 2.4.0 is deprecated and gets more requests.", expect.any(String)],
    });
  });

  test("needs the second person that the split would need", () => {
    const mesh = shop();
    mesh.must({ kind: "governance.set", rev: 0, secondPersonFrom: "hold" });
    expect(mesh.refusal(rules(mesh, EVERY_PATH, { "2.4.0": 10_000 }))).toMatchObject({ code: "approval.required" });
  });
});

test("thousands of matches are weighed against thousands, and say how much they may move at most", () => {
  const mesh = shop();
  const rulesOf = (tag: string, version: string) =>
    Array.from({ length: 128 }, (_, rule) => ({
      matches: Array.from({ length: 16 }, (_, at): RouteRule["matches"][number] => ({
        headers: [{ name: `x-${tag}-${rule}-${at}`, value: "1" }],
      })),
      split: { weights: { [version]: 10_000 - rule, "2.4.0": rule } },
    }));
  const set = (rules: ReturnType<typeof rulesOf>) =>
    ({ kind: "routes.set", service: "payments", rev: mesh.rev("payments"), rules }) as const;
  mesh.must(set(rulesOf("a", "2.3.0")));
  expect(riskOf(mesh, set(rulesOf("b", "2.3.0")))).toEqual({
    level: "click",
    reasons: ["Up to 1.3 % of the requests to payments go to another version than before."],
  });
  const last = mesh.must(set([]));
  expect(riskOf(mesh, { kind: "undo", change: last.id })).toMatchObject({ level: "click" });
});
