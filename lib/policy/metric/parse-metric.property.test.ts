import * as fc from "fast-check";
import { expect, test } from "vitest";
import { definitionOf, METRIC_NAMES } from "./metric-catalog.ts";
import type { MetricExpression, MetricSubject } from "./metric-expression.ts";
import { nearestName } from "./nearest-name.ts";
import { formatMetric, parseMetric } from "./parse-metric.ts";

const service = fc.constantFrom("a", "cart", "pay-ments", "*");
const version = fc.constantFrom("1.0.0", "2.1.0-rc.1", "*");

const subjectOf = (kind: MetricSubject["kind"]): fc.Arbitrary<MetricSubject> => {
  if (kind === "mesh") return fc.constant({ kind });
  if (kind === "service") return fc.record({ kind: fc.constant(kind), service });
  if (kind === "version") return fc.record({ kind: fc.constant(kind), service, version });
  const end = fc.oneof(fc.record({ service }), fc.record({ service, version }));
  return fc.record({ kind: fc.constant(kind), caller: end, callee: end });
};

const call: fc.Arbitrary<MetricExpression> = fc.constantFrom(...METRIC_NAMES).chain((metric) => {
  const { slo, subjects, windowMsMax } = definitionOf(metric);
  return fc.constantFrom(...subjects).chain((kind) =>
    fc.record({
      kind: fc.constant("metric" as const),
      metric: fc.constant(metric),
      subject: subjectOf(kind),
      ...(slo === true ? { slo: fc.constantFrom(0.9, 0.99, 0.999) } : {}),
      ...(windowMsMax > 0 && kind !== "mesh" ? { windowMs: fc.constantFrom(1_000, 30_000, 60_000) } : {}),
    }),
  );
});

const expression: fc.Arbitrary<MetricExpression> = fc.letrec<{ any: MetricExpression }>((tie) => ({
  any: fc.oneof(
    { depthSize: "small" },
    fc.nat(1_000).map((value): MetricExpression => ({ kind: "number", value })),
    call,
    fc.record({ kind: fc.constant("negative" as const), of: tie("any") }),
    fc.record({
      kind: fc.constant("operation" as const),
      operator: fc.constantFrom("+" as const, "-" as const, "*" as const, "/" as const),
      left: tie("any"),
      right: tie("any"),
    }),
  ),
})).any;

test("what is printed parses to the same expression", () => {
  void fc.assert(
    fc.property(expression, (made) => {
      const text = formatMetric(made);
      fc.pre(text.length <= 512);
      expect(parseMetric(text)).toEqual({ ok: true, value: made });
    }),
  );
});

test("any text is an expression or has problems within it, and never throws", () => {
  const noise = fc.array(fc.constantFrom(..."rps(payments@1.0.0>*),+-*/ 5%.x".split("")), { maxLength: 40 }).map((parts) => parts.join(""));
  void fc.assert(
    fc.property(fc.oneof(fc.string(), noise), (text) => {
      const result = parseMetric(text);
      if (result.ok) return;
      expect(result.error.length).toBeGreaterThan(0);
      for (const { at, length } of result.error) {
        expect(at).toBeGreaterThanOrEqual(0);
        expect(at + length).toBeLessThanOrEqual(Math.max(1, text.length + 1));
      }
    }),
  );
});

test("one wrong letter in a name finds the name", () => {
  const names = METRIC_NAMES.filter((name) => name.length >= 5);
  void fc.assert(
    fc.property(fc.constantFrom(...names), fc.nat(), (name, place) => {
      const at = place % name.length;
      const nearest = nearestName(`${name.slice(0, at)}#${name.slice(at + 1)}`, METRIC_NAMES);
      expect(nearest).toBe(name);
    }),
  );
});
