import { describe, expect, test } from "vitest";
import type { EvidenceFact } from "../model/index.ts";
import { meshOf } from "../testing/index.ts";
import { fact, ref } from "./evidence.fixture.ts";
import { contradictionsBetween, decidingEvidence, judge, livePairs, newFindings, pairKey, verdict, verdictOf } from "./index.ts";

const NOW = "2026-02-01T00:00:00.000Z";
const LATER = "2026-02-02T00:00:00.000Z";
const all = (version: string) => ({ [version]: 10_000 });

const shop = {
  checkout: {
    versions: { "1.4.0": { payments: "^2.1.0" }, "1.5.0": { payments: "^2.1.0" }, "2.0.0": { payments: ">=2.3.0 <4.0.0" }, "3.0.0": {} },
    weights: all("1.4.0"),
  },
  payments: { versions: { "2.3.0": {}, "3.0.0": {} }, weights: all("2.3.0") },
  audit: { versions: { "1.0.0": {}, "2.0.0": {} }, weights: all("1.0.0") },
};

const meshWith = (...evidence: readonly EvidenceFact[]) => meshOf(shop, [], evidence);
const verdictWith = (consumer: string, provider: string, ...facts: readonly EvidenceFact[]) =>
  verdict(meshWith(...facts), ref(consumer), ref(provider), NOW);

const OLD = ["checkout@1.4.0", "payments@3.0.0"] as const;
const FINE = ["checkout@1.4.0", "payments@2.3.0"] as const;

describe("the strongest kind of evidence decides", () => {
  test.each([
    [
      "an operator over a verification",
      [fact("operator", ...OLD, "compatible"), fact("verification", ...OLD, "incompatible")],
      "compatible",
    ],
    ["a verification over traffic", [fact("verification", ...OLD, "compatible"), fact("traffic", ...OLD, "incompatible")], "compatible"],
    ["traffic over contracts", [fact("traffic", ...OLD, "compatible"), fact("contract", ...OLD, "incompatible")], "compatible"],
    ["contracts over a requirement", [fact("contract", ...OLD, "compatible")], "compatible"],
    ["a requirement where nothing else says anything", [], "incompatible"],
  ] as const)("%s", (_, facts, expected) => {
    expect(verdictWith(...OLD, ...facts)).toBe(expected);
  });

  test("and all of it is shown, strongest first, dated and signed", () => {
    const facts = [
      fact("traffic", ...FINE, "incompatible", { reason: "3 of 9 calls failed" }),
      fact("verification", ...FINE, "compatible", { verifier: "ci/payments" }),
      fact("operator", ...FINE, "incompatible", { reason: "double charge", expiresAt: LATER }),
    ];
    const { evidence, verdict: found } = verdictOf(meshWith(...facts), ref(FINE[0]), ref(FINE[1]), NOW);
    expect(found).toBe("incompatible");
    expect(evidence.map(({ sentence }) => sentence)).toEqual([
      "anna says that checkout 1.4.0 does not work with payments 2.3.0 until 2026-02-02T00:00:00.000Z: double charge.",
      "ci/payments verified checkout 1.4.0 against payments 2.3.0: passed.",
      "Live traffic shows that checkout 1.4.0 does not work with payments 2.3.0: 3 of 9 calls failed.",
      "checkout 1.4.0 requires payments ^2.1.0, which includes 2.3.0.",
    ]);
    expect(evidence.map(({ kind }) => kind)).toEqual(["operator", "verification", "traffic", "declared"]);
    expect(evidence[0]).toMatchObject({ id: facts[2]?.id, constraint: "api", author: "anna", expiresAt: LATER });
  });

  test("and the reason given is never a fact that a stronger one has overruled", () => {
    const state = meshWith(
      fact("operator", ...FINE, "compatible"),
      fact("verification", ...FINE, "incompatible", { verifier: "ci/payments" }),
      fact("contract", ...FINE, "incompatible", { constraint: "event", reason: "the field amount is gone" }),
    );
    const { evidence, verdict: found } = verdictOf(state, ref(FINE[0]), ref(FINE[1]), NOW);
    expect(found).toBe("incompatible");
    expect(decidingEvidence(evidence, found)?.sentence).toContain("cannot read the events of payments 2.3.0: the field amount is gone.");
    const works = verdictOf(meshWith(fact("operator", ...FINE, "compatible", { constraint: "config" })), ref(FINE[0]), ref(FINE[1]), NOW);
    expect(decidingEvidence(works.evidence, works.verdict)?.kind).toBe("declared");
  });

  test("and the way out leads to a provider that the live callers work with, or says which of them have to leave with it", () => {
    const mesh = (...payments: readonly string[]) => ({
      checkout: { versions: { "1.4.0": { payments: "<3.0.0" }, "2.0.0": { payments: ">=2.9.0" } }, weights: all("1.4.0") },
      payments: { versions: Object.fromEntries(["2.3.0", ...payments].map((version) => [version, {}])), weights: all("2.3.0") },
    });
    const fixOf = (...payments: readonly string[]) => {
      const before = mesh(...payments);
      const after = { ...before, checkout: { ...before.checkout, weights: { "1.4.0": 5_000, "2.0.0": 5_000 } } };
      return judge(meshOf(before), meshOf(after), NOW).refused[0]?.fix;
    };
    expect(fixOf("2.9.0", "3.0.0")).toBe("Send payments traffic to 2.9.0 instead: it is within >=2.9.0, which checkout 2.0.0 requires.");
    expect(fixOf("3.0.0")).toBe(
      "Send payments traffic to 3.0.0 instead, in the change that takes checkout off 1.4.0: it is within >=2.9.0, which checkout 2.0.0 requires.",
    );
  });

  test("until its time is up, then the next one does", () => {
    const state = meshWith(fact("operator", ...FINE, "incompatible", { expiresAt: LATER }));
    const at = (nowIso: string) => verdict(state, ref(FINE[0]), ref(FINE[1]), nowIso);
    expect([at(NOW), at(LATER), at(NOW)]).toEqual(["incompatible", "compatible", "incompatible"]);
    expect(verdictOf(state, ref(FINE[0]), ref(FINE[1]), LATER).evidence.map(({ kind }) => kind)).toEqual(["declared"]);
  });
});

describe("facts that cannot both be right", () => {
  test("of one kind count as incompatible, and are reported with what stands", () => {
    const facts = [
      fact("verification", ...FINE, "compatible", { verifier: "ci/a" }),
      fact("verification", ...FINE, "incompatible", { verifier: "ci/b" }),
    ];
    const state = meshWith(...facts);
    expect(verdict(state, ref(FINE[0]), ref(FINE[1]), NOW)).toBe("incompatible");
    const found = contradictionsBetween(state, ref(FINE[0]).service, ref(FINE[1]).service, NOW);
    expect(found.map(({ against, stands }) => [stands.id ?? stands.kind, against.id ?? against.kind])).toEqual([
      [facts[1]?.id, facts[0]?.id],
      [facts[1]?.id, "declared"],
    ]);
    expect(found.map(({ sentence }) => sentence)).toEqual([
      "ci/b verified checkout 1.4.0 against payments 2.3.0: failed; but ci/a verified checkout 1.4.0 against payments 2.3.0: passed. Of two findings of one kind the worse counts: incompatible.",
      "ci/b verified checkout 1.4.0 against payments 2.3.0: failed; but checkout 1.4.0 requires payments ^2.1.0, which includes 2.3.0. A verification counts more than a declared requirement: incompatible.",
    ]);
  });

  test("are none where they agree, or are about different things", () => {
    const state = meshWith(fact("traffic", ...FINE, "compatible"), fact("operator", ...FINE, "incompatible", { constraint: "event" }));
    expect(contradictionsBetween(state, ref(FINE[0]).service, ref(FINE[1]).service, NOW)).toEqual([]);
    expect(verdict(state, ref(FINE[0]), ref(FINE[1]), NOW)).toBe("incompatible");
  });
});

describe("a verification belongs to the contract that was verified", () => {
  const verified = (consumer: string, provider: string, contractHash: string, result: EvidenceFact["verdict"], more = {}) =>
    fact("verification", consumer, provider, result, { contractHash, ...more });

  test("a version with the same contract has the same results, and is told from whom", () => {
    const state = meshWith(
      verified("checkout@1.4.0", "payments@3.0.0", "sha256:one", "compatible"),
      verified("checkout@1.5.0", "payments@2.3.0", "sha256:one", "compatible"),
    );
    expect(verdict(state, ref("checkout@1.5.0"), ref("payments@3.0.0"), NOW)).toBe("compatible");
    const { evidence } = verdictOf(state, ref("checkout@1.5.0"), ref("payments@3.0.0"), NOW);
    expect(evidence[0]).toMatchObject({ kind: "verification", inheritedFrom: ref("checkout@1.4.0") });
    expect(evidence[0]?.sentence).toBe(
      "ci verified checkout 1.4.0, whose contract checkout 1.5.0 has too, against payments 3.0.0: passed.",
    );
    expect(verdict(state, ref("checkout@2.0.0"), ref("payments@3.0.0"), NOW)).toBe("compatible");
  });

  test("a version with another contract since has none of the old results", () => {
    const state = meshWith(
      verified("checkout@1.4.0", "payments@3.0.0", "sha256:one", "compatible"),
      verified("checkout@1.4.0", "payments@2.3.0", "sha256:two", "compatible", { at: "2026-01-11T00:00:00.000Z" }),
    );
    expect(verdict(state, ref("checkout@1.4.0"), ref("payments@3.0.0"), NOW)).toBe("incompatible");
  });

  test("the newest result of a verifier counts, whichever version it was found with", () => {
    const state = meshWith(
      verified("checkout@1.4.0", "payments@3.0.0", "sha256:one", "compatible"),
      verified("checkout@1.5.0", "payments@3.0.0", "sha256:one", "incompatible", { at: "2026-01-11T00:00:00.000Z" }),
    );
    expect(verdict(state, ref("checkout@1.4.0"), ref("payments@3.0.0"), NOW)).toBe("incompatible");
    expect(verdictOf(state, ref("checkout@1.4.0"), ref("payments@3.0.0"), NOW).evidence[0]?.inheritedFrom).toEqual(ref("checkout@1.5.0"));
  });
});

describe("constraints other than calls", () => {
  test("break a pair whatever its calls are, and prove one only where nothing is known of calls", () => {
    expect(verdictWith(...FINE, fact("operator", ...FINE, "incompatible", { constraint: "state" }))).toBe("incompatible");
    const event = fact("verification", "audit@1.0.0", "payments@2.3.0", "compatible", { constraint: "event" });
    expect(verdictWith("audit@1.0.0", "payments@2.3.0", event)).toBe("compatible");
    expect(verdictWith("audit@2.0.0", "payments@2.3.0", event)).toBe("unknown");
    const read = fact("operator", "checkout@3.0.0", "payments@2.3.0", "compatible", { constraint: "event" });
    expect(verdictWith("checkout@3.0.0", "payments@2.3.0", read)).toBe("unknown");
  });

  test("side by side has no direction, reading what is stored has one", () => {
    const state = meshWith(
      fact("operator", "audit@1.0.0", "audit@2.0.0", "incompatible", { constraint: "self" }),
      fact("operator", "checkout@1.4.0", "checkout@2.0.0", "incompatible", { constraint: "state" }),
    );
    const between = (left: string, right: string) => verdict(state, ref(left), ref(right), NOW);
    expect([between("audit@1.0.0", "audit@2.0.0"), between("audit@2.0.0", "audit@1.0.0")]).toEqual(["incompatible", "incompatible"]);
    expect([between("checkout@1.4.0", "checkout@2.0.0"), between("checkout@2.0.0", "checkout@1.4.0")]).toEqual(["incompatible", "unknown"]);
  });
});

describe("live pairs", () => {
  const keys = (...facts: readonly EvidenceFact[]) => livePairs(meshWith(...facts), NOW).map(pairKey);

  test("are also those that only facts know", () => {
    expect(keys()).toEqual(["checkout@1.4.0>payments@2.3.0"]);
    expect(keys(fact("traffic", "audit@1.0.0", "payments@2.3.0", "compatible"))).toContain("audit@1.0.0>payments@2.3.0");
    expect(keys(fact("traffic", "audit@2.0.0", "payments@2.3.0", "compatible"))).toEqual(["checkout@1.4.0>payments@2.3.0"]);
    expect(keys(fact("operator", "audit@1.0.0", "payments@2.3.0", "incompatible", { expiresAt: NOW }))).toEqual([
      "checkout@1.4.0>payments@2.3.0",
    ]);
  });

  test("are two versions of one service that share a split and must not", () => {
    const denied = fact("operator", "audit@1.0.0", "audit@2.0.0", "incompatible", { constraint: "self", reason: "two migrations" });
    const canary = { ...shop, audit: { ...shop.audit, weights: { "1.0.0": 9_000, "2.0.0": 1_000 } } };
    const { refused } = judge(meshWith(denied), meshOf(canary, [], [denied]), NOW);
    expect(refused.map(({ fix, sentence }) => [sentence, fix])).toEqual([
      [
        "anna says that audit 1.0.0 and 2.0.0 may not run side by side: two migrations.",
        "Send all traffic of audit to one of them, or go through a version that may run beside both 1.0.0 and 2.0.0.",
      ],
    ]);
    expect(
      judge(meshWith(denied), meshOf({ ...shop, audit: { ...shop.audit, weights: all("2.0.0") } }, [], [denied]), NOW).refused,
    ).toEqual([]);
  });
});

describe("the gate", () => {
  test("lets through what an operator allows, and refuses what a verification broke, with a way out", () => {
    const shifted = { ...shop, payments: { ...shop.payments, weights: all("3.0.0") } };
    const judged = (...facts: readonly EvidenceFact[]) => judge(meshWith(...facts), meshOf(shifted, [], facts), NOW);
    expect(judged(fact("operator", ...OLD, "compatible")).verdict).toBe("compatible");
    const failed = [fact("verification", ...OLD, "incompatible"), fact("verification", "checkout@2.0.0", "payments@3.0.0", "incompatible")];
    expect(judged(...failed).refused).toMatchObject([
      {
        sentence: "ci verified checkout 1.4.0 against payments 3.0.0: failed.",
        fix: "Send payments traffic to 2.3.0 instead: it is within ^2.1.0, which checkout 1.4.0 requires.",
      },
    ]);
  });

  test("says what is not known where facts name two services and nothing decides the pair", () => {
    const facts = [fact("traffic", "audit@2.0.0", "payments@2.3.0", "compatible")];
    const shifted = { ...shop, payments: { ...shop.payments, weights: all("3.0.0") }, checkout: { ...shop.checkout, weights: {} } };
    const { unknown, verdict: found } = judge(meshWith(...facts), meshOf(shifted, [], facts), NOW);
    expect(found).toBe("unknown");
    expect(unknown.map(({ sentence }) => sentence)).toEqual([
      "audit 1.0.0 declares no requirement on payments, so nothing is known about payments 3.0.0.",
    ]);
  });
});

test("of contract findings only those are new that no fact says", () => {
  const finding = {
    consumer: ref(OLD[0]),
    provider: ref(OLD[1]),
    constraint: "api",
    verdict: "incompatible",
    reason: "field gone",
  } as const;
  expect(newFindings([finding], [])).toEqual([finding]);
  expect(newFindings([finding], [fact("contract", ...OLD, "incompatible", { reason: "field gone" })])).toEqual([]);
  expect(newFindings([finding], [fact("contract", ...OLD, "compatible", { reason: "field gone" })])).toEqual([finding]);
});
