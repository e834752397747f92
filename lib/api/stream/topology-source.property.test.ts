import fc from "fast-check";
import { expect, test } from "vitest";
import type { TopologyView } from "../../engine/index.ts";
import { createTopologySource } from "./topology-source.ts";

const service = fc.record({
  name: fc.constantFrom("a", "b", "c", "d"),
  versions: fc.array(
    fc.record({
      version: fc.constantFrom("1.0.0", "1.1.0"),
      weightBp: fc.nat(3),
      rps: fc.nat(2),
      errorRate: fc.constant(null),
      p50Ms: fc.constant(null),
      p99Ms: fc.constant(null),
      requests: fc.nat(2),
      instances: fc.nat(2),
      ready: fc.nat(2),
      ejected: fc.nat(1),
    }),
    { maxLength: 2 },
  ),
});
const end = fc.record({ service: fc.constantFrom("ingress", "a", "b"), version: fc.constantFrom(null, "1.0.0") });
const edge = fc.record({
  from: end,
  to: end,
  rps: fc.nat(2),
  errorRate: fc.constant(null),
  p99Ms: fc.constant(null),
  requests: fc.nat(2),
  verdict: fc.constant("unknown" as const),
  denied: fc.nat(1),
  retries: fc.constant(0),
  failovers: fc.constant(0),
  encrypted: fc.constantFrom(null, 0, 1),
  mirrored: fc.nat(1),
});
const nameOf = (each: TopologyView["edges"][number]) => JSON.stringify([each.from, each.to]);
const view: fc.Arbitrary<TopologyView> = fc.record({
  at: fc.constantFrom("2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"),
  windowMs: fc.constant(10_000),
  services: fc.uniqueArray(service, { selector: (each) => each.name }),
  edges: fc.uniqueArray(edge, { selector: nameOf }),
});

interface Delta {
  readonly services: TopologyView["services"];
  readonly edges: TopologyView["edges"];
  readonly removedServices?: readonly string[];
  readonly removedEdges?: readonly string[];
}

function keyOf(each: TopologyView["edges"][number]): string {
  return [each.from, each.to].map((end) => (end.version === null ? end.service : `${end.service}@${end.version}`)).join(">");
}

test("a snapshot with all later deltas applied is the picture as it is", () => {
  fc.assert(
    fc.property(fc.array(view, { minLength: 1, maxLength: 8 }), (views) => {
      let current = views[0] as TopologyView;
      const source = createTopologySource({ topology: () => current });
      source.refresh();
      const start = JSON.parse(source.snapshot()) as Delta;
      const services = new Map(start.services.map((each) => [each.name, each]));
      const edges = new Map(start.edges.map((each) => [keyOf(each), each]));
      for (const next of views.slice(1)) {
        current = next;
        const delta = JSON.parse(source.refresh() ?? '{"services":[],"edges":[]}') as Delta;
        for (const name of delta.removedServices ?? []) services.delete(name);
        for (const key of delta.removedEdges ?? []) edges.delete(key);
        for (const each of delta.services) services.set(each.name, each);
        for (const each of delta.edges) edges.set(keyOf(each), each);
      }
      expect([...services.values()].toSorted((left, right) => left.name.localeCompare(right.name))).toEqual(
        current.services.toSorted((left, right) => left.name.localeCompare(right.name)),
      );
      expect(new Map(edges)).toEqual(new Map(current.edges.map((each) => [keyOf(each), each])));
      expect(JSON.parse(source.snapshot())).toMatchObject({ services: current.services, edges: current.edges });
    }),
  );
});

test("a picture that did not change gives no delta, whatever the time", () => {
  const current = { at: "1", windowMs: 10_000, services: [{ name: "a", versions: [] }], edges: [] };
  const source = createTopologySource({ topology: () => ({ ...current, at: `${Math.random()}` }) });
  expect(source.refresh()).not.toBeNull();
  expect(source.refresh()).toBeNull();
});
