import fc from "fast-check";
import semver from "semver";
import { describe, expect, test } from "vitest";
import { EVIDENCE_SOURCES, type EvidenceFact, type MeshState } from "../model/index.ts";
import { meshOf } from "../testing/index.ts";
import { fact, ref } from "./evidence.fixture.ts";
import { contradictionsBetween, edgeVerdicts, matrix, spaceOf, verdict } from "./index.ts";

const VERSIONS = ["1.0.0", "1.1.0", "2.0.0"] as const;
const RANGES = ["*", "^1.0.0", "^2.0.0", ""] as const;
const TIMES = ["2026-01-01T00:00:00.000Z", "2026-01-02T00:00:00.000Z", "2026-01-03T00:00:00.000Z", "2026-01-04T00:00:00.000Z"] as const;

const version = fc.constantFrom(...VERSIONS);
const time = fc.constantFrom(...TIMES);
const facts = fc.array(
  fc
    .record({
      source: fc.constantFrom("operator", "verification", "traffic", "contract" as const),
      consumer: version,
      provider: version,
      verdict: fc.constantFrom("compatible", "incompatible" as const),
      constraint: fc.constantFrom("api", "event", "state" as const),
      at: time,
      contractHash: fc.constantFrom("sha256:one", "sha256:two"),
      verifier: fc.constantFrom("ci/a", "ci/b"),
      expiresAt: fc.option(time, { nil: undefined }),
    })
    .map(({ at, constraint, consumer, contractHash, expiresAt, provider, source, verdict: found, verifier }) =>
      fact(source as EvidenceFact["source"], `a@${consumer}`, `b@${provider}`, found as EvidenceFact["verdict"], {
        at,
        constraint: source === "verification" ? "api" : (constraint as EvidenceFact["constraint"]),
        ...(expiresAt === undefined || source === "verification" ? {} : { expiresAt }),
        ...(source === "verification" ? { contractHash, verifier } : {}),
      }),
    ),
  { maxLength: 8 },
);
const ranges = fc.array(fc.constantFrom(...RANGES), { minLength: 3, maxLength: 3 });

function meshFor(declared: readonly string[], evidence: readonly EvidenceFact[]): MeshState {
  const own = VERSIONS.map((each, index): [string, Readonly<Record<string, string>>] => [
    each,
    declared[index] === "" ? {} : { b: declared[index] ?? "" },
  ]);
  return meshOf({ a: { versions: Object.fromEntries(own) }, b: { versions: { "1.0.0": {}, "1.1.0": {}, "2.0.0": {} } } }, [], evidence);
}

interface Said {
  readonly source: string;
  readonly constraint: string;
  readonly verdict: string;
}

/** Everything that counts for a pair, straight from the definition. */
function said(
  declared: readonly string[],
  evidence: readonly EvidenceFact[],
  pair: readonly [string, string],
  nowIso: string,
): readonly Said[] {
  const [consumer, provider] = pair;
  const inForce = evidence.filter(({ expiresAt }) => expiresAt === undefined || Date.parse(expiresAt) > Date.parse(nowIso));
  const direct = inForce.filter(
    (one) => one.source !== "verification" && one.consumer.version === consumer && one.provider.version === provider,
  );
  const own = inForce.filter((one) => one.source === "verification" && one.consumer.version === consumer);
  const newest = own.reduce<EvidenceFact | undefined>((best, one) => (best === undefined || one.at >= best.at ? one : best), undefined);
  const verified = inForce.filter(
    (one) =>
      one.source === "verification" &&
      newest !== undefined &&
      one.contractHash === newest.contractHash &&
      one.provider.version === provider,
  );
  const latest = ["ci/a", "ci/b"].flatMap((verifier) => {
    const results = verified.filter((one) => one.verifier === verifier);
    const last = results
      .map(({ at }) => at)
      .sort()
      .at(-1);
    const same = results.filter((one) => one.at === last);
    return same.findLast((one) => one.consumer.version === consumer) ?? same.at(-1) ?? [];
  });
  const range = declared[VERSIONS.indexOf(consumer as (typeof VERSIONS)[number])] ?? "";
  const requirement =
    range === ""
      ? []
      : [{ source: "declared", constraint: "api", verdict: semver.satisfies(provider, range) ? "compatible" : "incompatible" }];
  return [...direct, ...latest, ...requirement];
}

function expected(statements: readonly Said[], knowsCalls: boolean): string {
  const decided = new Map(
    [...new Set(statements.map(({ constraint }) => constraint))].map((constraint) => {
      const source = EVIDENCE_SOURCES.find((each) => statements.some((one) => one.constraint === constraint && one.source === each));
      const top = statements.filter((one) => one.constraint === constraint && one.source === source);
      return [constraint, top.some((one) => one.verdict === "incompatible") ? "incompatible" : "compatible"];
    }),
  );
  if ([...decided.values()].includes("incompatible")) return "incompatible";
  return (knowsCalls ? decided.has("api") : decided.size > 0) ? "compatible" : "unknown";
}

describe("whatever is recorded", () => {
  test("every pair has the verdict that the definition gives it, at every time, also from what was kept", () => {
    fc.assert(
      fc.property(ranges, facts, fc.array(time, { minLength: 2, maxLength: 4 }), (declared, evidence, times) => {
        const state = meshFor(declared, evidence);
        for (const nowIso of times) {
          const inForce = evidence.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > nowIso);
          const knowsCalls = declared.some((range) => range !== "") || inForce.some(({ constraint }) => constraint === "api");
          for (const consumer of VERSIONS) {
            for (const provider of VERSIONS) {
              const wanted = expected(said(declared, evidence, [consumer, provider], nowIso), knowsCalls);
              expect(verdict(state, ref(`a@${consumer}`), ref(`b@${provider}`), nowIso)).toBe(wanted);
            }
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  test("matrix, relations and space say the same, and proven is within not disproven", () => {
    fc.assert(
      fc.property(ranges, facts, time, (declared, evidence, nowIso) => {
        const state = meshFor(declared, evidence);
        const [a, b] = [ref("a@1.0.0").service, ref("b@1.0.0").service];
        const known = edgeVerdicts(state, a, b, nowIso);
        const proven = spaceOf(state, nowIso, { pairs: "proven" });
        const open = spaceOf(state, nowIso, { pairs: "not-disproven" });
        expect(proven.edges.length).toBe(known?.isKnown === true ? 1 : 0);
        for (const { consumerVersion, providerVersion, verdict: found } of matrix(state, a, b, nowIso).cells) {
          const at = [VERSIONS.indexOf(consumerVersion as never), VERSIONS.indexOf(providerVersion as never)] as const;
          expect(found).toBe(known?.compatible.has(...at) ? "compatible" : known?.incompatible.has(...at) ? "incompatible" : "unknown");
          if (known?.isKnown !== true) continue;
          expect(proven.edges[0]?.allowed.has(...at)).toBe(found === "compatible");
          expect(open.edges[0]?.allowed.has(...at)).toBe(found !== "incompatible");
        }
      }),
      { numRuns: 200 },
    );
  });

  test("no fact is dropped silently: each that says the opposite of what stands is reported, and nothing else", () => {
    fc.assert(
      fc.property(ranges, facts, time, (declared, evidence, nowIso) => {
        const state = meshFor(declared, evidence);
        const found = contradictionsBetween(state, ref("a@1.0.0").service, ref("b@1.0.0").service, nowIso);
        for (const { against, stands } of found) expect(stands.verdict).not.toBe(against.verdict);
        let count = 0;
        for (const consumer of VERSIONS) {
          for (const provider of VERSIONS) {
            const statements = said(declared, evidence, [consumer, provider], nowIso);
            for (const constraint of new Set(statements.map((one) => one.constraint))) {
              const own = statements.filter((one) => one.constraint === constraint);
              const decided = expected(
                own.map((one) => ({ ...one, constraint: "api" })),
                true,
              );
              count += own.filter((one) => one.verdict !== decided).length;
            }
          }
        }
        expect(found.length).toBe(count);
      }),
      { numRuns: 200 },
    );
  });
});
