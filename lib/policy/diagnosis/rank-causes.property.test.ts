import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DiagnosisInput, type HarmEvidence, rankCauses, type Suspect } from "./rank-causes.ts";

const ONSET = 10_000_000;

/** A mesh of services that call those of higher number, and a fault in one of them. */
const scenario = fc
  .record({
    services: fc.integer({ min: 3, max: 12 }),
    links: fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { minLength: 3, maxLength: 30 }),
    guilty: fc.nat(11),
    guiltyBeforeMs: fc.integer({ min: 0, max: 120_000 }),
    innocent: fc.array(fc.record({ service: fc.nat(11), beforeMs: fc.integer({ min: 0, max: 3_000_000 }) }), { maxLength: 10 }),
    exposedRequests: fc.integer({ min: 60, max: 2_000 }),
    failing: fc.integer({ min: 15, max: 60 }),
  })
  .map(({ exposedRequests, failing, guilty, guiltyBeforeMs, innocent, links, services }) => {
    const name = (at: number) => `s${at % services}`;
    const calls = links.flatMap(([from, to]) => {
      const [low, high] = [Math.min(from % services, to % services), Math.max(from % services, to % services)];
      return low === high ? [] : [{ caller: `s${low}`, callee: `s${high}` }];
    });
    const subject = name(guilty);
    const suspects: Suspect[] = [
      { id: "guilty", atMs: ONSET - guiltyBeforeMs, services: [subject], weight: 1 },
      ...innocent.map(({ beforeMs, service }, at) => ({
        id: `innocent-${at}`,
        atMs: ONSET - beforeMs,
        services: [name(service)],
        weight: 1,
      })),
    ];
    const share = (requests: number, percent: number) => ({ requests, failed: Math.round((requests * percent) / 100) });
    const evidence = ({ id }: Suspect): HarmEvidence => ({
      exposed: id === "guilty" ? share(exposedRequests, failing) : share(500, 0.4),
      unexposed: share(2_000, 0.5),
      exposedName: "the new version",
      unexposedName: "the others",
    });
    return { service: subject, onsetMs: ONSET, suspects, calls, evidence } satisfies DiagnosisInput;
  });

describe("the guilty change", () => {
  test("ranks first in meshes of any shape, however many innocent ones came later", () => {
    void fc.assert(
      fc.property(scenario, (input) => {
        expect(rankCauses(input)[0]?.id).toBe("guilty");
      }),
    );
  });

  test("ranks before an equally old one without figures where it took all requests, so that none are left to compare with", () => {
    void fc.assert(
      fc.property(fc.integer({ min: 100, max: 5_000 }), fc.integer({ min: 5, max: 100 }), fc.nat(19), (requests, percent, others) => {
        const suspect = (id: string): Suspect => ({ id, atMs: ONSET - 60_000, services: ["a"], weight: 1 });
        const exposed = { requests, failed: Math.ceil((requests * percent) / 100) };
        const evidence = { exposed, unexposed: { requests: others, failed: 0 }, exposedName: "a 2.0.0", unexposedName: "the others" };
        const ranked = rankCauses({
          service: "a",
          onsetMs: ONSET,
          calls: [],
          suspects: [suspect("innocent"), suspect("guilty")],
          evidence: ({ id }) => (id === "guilty" ? evidence : null),
        });
        expect(ranked[0]?.id).toBe("guilty");
        expect(ranked[0]?.parts[2]?.score).toBeGreaterThan(0.6);
      }),
    );
  });

  test("is found by its time alone where nothing else tells", () => {
    void fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 1_200 }), { minLength: 2, maxLength: 8 }), (seconds) => {
        const suspects = seconds.map((each) => ({ id: String(each), atMs: ONSET - 6_000 - each * 1_000, services: ["a"], weight: 1 }));
        const ranked = rankCauses({ service: "a", onsetMs: ONSET, suspects, calls: [], evidence: () => null });
        expect(ranked.map(({ id }) => Number(id))).toEqual([...seconds].sort((left, right) => left - right));
      }),
    );
  });
});

describe("an innocent change", () => {
  const suspects: Suspect[] = [
    { id: "guilty", atMs: ONSET - 120_000, services: ["payments"], weight: 1 },
    { id: "later elsewhere", atMs: ONSET - 10_000, services: ["search"], weight: 1 },
    { id: "afterwards", atMs: ONSET + 30_000, services: ["payments"], weight: 1 },
    { id: "dependency", atMs: ONSET - 60_000, services: ["ledger"], weight: 1 },
  ];
  const calls = [
    { caller: "checkout", callee: "payments" },
    { caller: "payments", callee: "ledger" },
  ];

  test("elsewhere ranks below, though it came later", () => {
    const ranked = rankCauses({ service: "payments", onsetMs: ONSET, suspects, calls, evidence: () => null });
    expect(ranked.map(({ id }) => id)).toEqual(["guilty", "dependency", "afterwards", "later elsewhere"]);
    expect(ranked.reduce((sum, { likelihood }) => sum + likelihood, 0)).toBeCloseTo(1);
  });

  test("each score says why", () => {
    const [first, second] = rankCauses({ service: "payments", onsetMs: ONSET, suspects, calls, evidence: () => null });
    expect(first?.parts.map(({ sentence }) => sentence)).toEqual([
      "2 min before it began.",
      "It changed payments itself.",
      "No figures tell what it reached from what it did not.",
    ]);
    expect(second?.parts[1]?.sentence).toBe("payments calls ledger, one call away.");
  });

  test("whose new version fails no more than the others falls behind an older one whose does", () => {
    const good = {
      exposed: { requests: 500, failed: 2 },
      unexposed: { requests: 500, failed: 90 },
      exposedName: "2.0.0",
      unexposedName: "others",
    };
    const bad = {
      exposed: { requests: 500, failed: 90 },
      unexposed: { requests: 500, failed: 2 },
      exposedName: "1.5.0",
      unexposedName: "others",
    };
    const two: Suspect[] = [
      { id: "bad", atMs: ONSET - 240_000, services: ["payments"], weight: 1 },
      { id: "good", atMs: ONSET - 10_000, services: ["payments"], weight: 1 },
    ];
    const ranked = rankCauses({
      service: "payments",
      onsetMs: ONSET,
      suspects: two,
      calls,
      evidence: ({ id }) => (id === "bad" ? bad : good),
    });
    expect(ranked[0]?.id).toBe("bad");
    expect(ranked[0]?.parts[2]?.sentence).toBe("On 1.5.0 18 % of 500 requests fail, on others 0.4 %.");
  });
});
