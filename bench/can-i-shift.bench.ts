import { exposure, type FlowEdge, judge, predictedExposure } from "../lib/compatibility/index.ts";
import type { EvidenceFact, MeshState, ServiceName, Version } from "../lib/model/index.ts";
import { meshOf, type ServiceSketch } from "../lib/testing/index.ts";
import { type BenchOptions, type BenchRow, quantile } from "./bench-table.ts";

const SERVICES = 300;
const VERSIONS = 10;
const CALLS_EACH = 4;
const FACTS = 2_000;
const NOW = "2026-02-01T00:00:00.000Z";

const nameOf = (service: number) => `svc-${String(service).padStart(3, "0")}`;
const versionOf = (index: number) => `1.${index}.0`;
const LIVE = [versionOf(4), versionOf(5)];
/** The services that one calls: later ones, so that there are entries and leaves. */
const providersOf = (service: number) =>
  Array.from({ length: CALLS_EACH }, (_, call) => service + 1 + ((call * 37 + service * 7) % 60)).filter((provider) => provider < SERVICES);

/**
 * "Would these weights be safe?" on a large mesh, with traffic on every live pair and recorded facts: the judgement and the exposure before and after,
 * which is all that the engine does for an answer.
 */
export async function run(options: BenchOptions): Promise<BenchRow[]> {
  const before = largeMesh();
  const edges = flow();
  const figures: number[] = [];
  const rounds = options.short ? 60 : 1_000;
  let broken = 0;
  for (let round = -20; round < rounds; round++) {
    const after = shifted(before, nameOf((round * 13 + 260) % SERVICES), versionOf((round + 20) % VERSIONS));
    const started = performance.now();
    const { verdict } = judge(before, after, NOW);
    exposure(before, edges, NOW);
    predictedExposure(before, after, edges, NOW);
    if (round >= 0) figures.push(performance.now() - started);
    if (verdict === "incompatible") broken++;
  }
  if (broken === 0 || broken === rounds + 20) throw new Error("every question had the same answer, so the judgement was not measured");
  const p50 = quantile(figures, 0.5)?.toFixed(1);
  return [
    {
      figure: `can-i-shift, ${SERVICES} services × ${VERSIONS} versions, p99`,
      unit: "ms",
      ours: quantile(figures, 0.99),
      anchor: null,
      anchorName: "none",
      ratio: null,
      goal: "≤ 50 ms",
      note: `p50 ${p50} ms; ${FACTS} facts, ${edges.length} edges with traffic`,
    },
  ];
}

function largeMesh(): MeshState {
  const services = Array.from({ length: SERVICES }, (_, service): readonly [string, ServiceSketch] => {
    const versions = Array.from({ length: VERSIONS }, (__, index) => {
      const range = index < 8 ? "^1.0.0" : ">=1.4.0";
      return [versionOf(index), Object.fromEntries(providersOf(service).map((provider) => [nameOf(provider), range]))] as const;
    });
    return [nameOf(service), { versions: Object.fromEntries(versions), weights: { [versionOf(4)]: 9_000, [versionOf(5)]: 1_000 } }];
  });
  return meshOf(
    Object.fromEntries(services),
    [],
    Array.from({ length: FACTS }, (_, fact) => factAt(fact)),
  );
}

function factAt(index: number): EvidenceFact {
  const consumer = index % (SERVICES - 70);
  const provider = providersOf(consumer)[index % CALLS_EACH] ?? consumer + 1;
  const ref = (service: number, version: number) => ({ service: nameOf(service) as ServiceName, version: versionOf(version) as Version });
  return {
    id: `ev_${index + 1}`,
    source: "traffic",
    consumer: ref(consumer, index % VERSIONS),
    provider: ref(provider, (index * 3) % VERSIONS),
    constraint: "api",
    verdict: index % 5 === 0 ? "incompatible" : "compatible",
    at: NOW,
    author: "engine",
    reason: "",
  };
}

function shifted(before: MeshState, name: string, version: string): MeshState {
  const service = [...before.services.values()].find((each) => each.name === name);
  if (service === undefined) throw new Error(`no service ${name}`);
  return { ...before, services: new Map(before.services).set(service.name, { ...service, weights: { [version]: 10_000 } }) };
}

/** Requests on every live pair. */
function flow(): readonly FlowEdge[] {
  const outside = Array.from({ length: 10 }, (_, service) =>
    LIVE.map((version) => ({ from: { service: "ingress", version: null }, to: { service: nameOf(service), version }, rps: 100 })),
  );
  const inside = Array.from({ length: SERVICES }, (_, service) =>
    providersOf(service).flatMap((provider) =>
      LIVE.flatMap((from) =>
        LIVE.map((to) => ({ from: { service: nameOf(service), version: from }, to: { service: nameOf(provider), version: to }, rps: 10 })),
      ),
    ),
  );
  return [...outside.flat(), ...inside.flat()];
}
