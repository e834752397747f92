import { describe, expect, test } from "vitest";
import type { EvidenceFact, ServiceName, Version } from "../model/index.ts";
import { meshOf } from "../testing/index.ts";
import type { Relation } from "../versions/index.ts";
import { fact } from "./evidence.fixture.ts";
import { planProblemOf, spaceOf } from "./index.ts";

const NOW = "2026-02-01T00:00:00.000Z";

const shop = {
  web: { versions: { "1.0.0": { checkout: "*" }, "2.0.0": {} }, weights: { "1.0.0": 10_000 } },
  checkout: { versions: { "1.4.0": { payments: "^2.0.0", gift: "*" }, "2.0.0": { payments: ">=2.3.0 <4" } }, weights: { "1.4.0": 10_000 } },
  payments: { versions: { "2.3.0": {}, "3.0.0": {} }, weights: { "2.3.0": 3_000, "3.0.0": 7_000 } },
  audit: { versions: { "1.0.0": {} } },
};
const meshWith = (...evidence: readonly EvidenceFact[]) => meshOf(shop, [], evidence);
const name = (text: string) => text as ServiceName;

/** The pairs of a relation as text. */
function pairs(relation: Relation | undefined): readonly string[] {
  if (relation === undefined) return [];
  return relation.consumers.versions.flatMap((left, row) =>
    relation.providers.versionsOf(relation.row(row)).map((right) => `${left}>${right}`),
  );
}

describe("the space of versions", () => {
  test("has an edge where a version requires a service, a fact names two, or calls were seen, and none to services that are not there", () => {
    const calls = [{ consumer: name("audit"), provider: name("web") }];
    const state = meshWith(fact("traffic", "audit@1.0.0", "payments@2.3.0", "compatible"));
    const { edges, services } = spaceOf(state, NOW, { pairs: "not-disproven", calls });
    const named = edges.map(({ consumer, provider }) => `${services[consumer]?.name}>${services[provider]?.name}`);
    expect(named.sort()).toEqual(["audit>payments", "audit>web", "checkout>payments", "web>checkout"]);
  });

  test("is bounded by what is proven and by what is not disproven; a version that declares nothing is between", () => {
    const state = meshWith(fact("operator", "web@2.0.0", "checkout@2.0.0", "incompatible"));
    const edge = (bound: "proven" | "not-disproven") => pairs(spaceOf(state, NOW, { pairs: bound }).edges[0]?.allowed);
    expect(edge("proven")).toEqual(["1.0.0>1.4.0", "1.0.0>2.0.0"]);
    expect(edge("not-disproven")).toEqual(["1.0.0>1.4.0", "1.0.0>2.0.0", "2.0.0>1.4.0"]);
  });

  test("holds the candidates that may be chosen", () => {
    const { services } = spaceOf(meshWith(), NOW, { pairs: "proven", candidates: ({ version }) => version !== "3.0.0" });
    expect(services.map(({ candidates, order }) => order.versionsOf(candidates))).toEqual([
      ["1.0.0", "2.0.0"],
      ["1.4.0", "2.0.0"],
      ["2.3.0"],
      ["1.0.0"],
    ]);
  });
});

describe("what the planner is asked", () => {
  const target = new Map([[name("checkout"), "2.0.0" as Version]]);

  test("names what is live, the heaviest first, and the target by position", () => {
    const problem = planProblemOf(meshWith(), NOW, { target });
    expect(problem.services.map(({ live }) => live)).toEqual([[0], [0], [1, 0], []]);
    expect([...problem.target]).toEqual([[1, 1]]);
    expect(problem.edges.map(({ allowed, proven }) => [pairs(allowed).length, pairs(proven).length])).toEqual([
      [4, 2],
      [3, 3],
    ]);
  });

  test("has every step open, until evidence closes it", () => {
    const { services } = planProblemOf(meshWith(), NOW, { target });
    expect(services.map(({ reversible, steps }) => [steps.count, reversible.count])).toEqual([
      [4, 4],
      [4, 4],
      [4, 4],
      [1, 1],
    ]);
  });

  test("has no step between versions that must not run side by side, nor to one that cannot read what is stored", () => {
    const steps = (...facts: readonly EvidenceFact[]) => {
      const service = planProblemOf(meshWith(...facts), NOW, { target }).services[1];
      return { steps: pairs(service?.steps), reversible: pairs(service?.reversible) };
    };
    const same = ["1.4.0>1.4.0", "2.0.0>2.0.0"];
    const self = fact("operator", "checkout@1.4.0", "checkout@2.0.0", "incompatible", { constraint: "self" });
    expect(steps(self).steps).toEqual(same);
    const newCannotRead = fact("operator", "checkout@2.0.0", "checkout@1.4.0", "incompatible", { constraint: "state" });
    expect(steps(newCannotRead)).toEqual({
      steps: ["1.4.0>1.4.0", "2.0.0>1.4.0", "2.0.0>2.0.0"],
      reversible: ["1.4.0>1.4.0", "1.4.0>2.0.0", "2.0.0>2.0.0"],
    });
  });

  test("has no way back where the old version cannot read what the new one stored", () => {
    const lost = fact("operator", "checkout@1.4.0", "checkout@2.0.0", "incompatible", { constraint: "state" });
    const service = planProblemOf(meshWith(lost), NOW, { target }).services[1];
    expect(pairs(service?.steps)).toContain("1.4.0>2.0.0");
    expect(pairs(service?.reversible)).not.toContain("1.4.0>2.0.0");
  });
});
