import { describe, expect, test } from "vitest";
import { evaluateMetric, type MetricSource } from "./evaluate-metric.ts";
import { bindExpression, callsOf, subjectText, wildcardKind } from "./metric-expression.ts";
import { formatMetric, METRIC_TEXT_MAX, parseMetric } from "./parse-metric.ts";

function parsed(text: string) {
  const result = parseMetric(text);
  if (!result.ok) throw new Error(result.error.map(({ detail }) => detail).join(" "));
  return result.value;
}

function problems(text: string) {
  const result = parseMetric(text);
  return result.ok ? [] : result.error;
}

describe("what an expression says", () => {
  test.each([
    ["error-rate(payments@2.1.0)"],
    ["p99(checkout)"],
    ["rps(cart@1.0.0>payments)"],
    ["rps(ingress>checkout)"],
    ["burn(checkout, 99.9%, 1h)"],
    ["error-rate(a@2.0.0) / error-rate(a@1.0.0)"],
    ["(rps(a) - rps(b)) * 2"],
    ["rps(a) - (rps(b) - 1)"],
    ["error-rate(*, 5m)"],
    ["ready(*@*)"],
    ["error-rate(*>*)"],
    ["exposure"],
    ["-(rps(a) + 1)"],
  ])("%s prints as it was written", (text) => {
    expect(formatMetric(parsed(text))).toBe(text);
  });

  test.each([
    ["1 + 2 * 3", 7],
    ["(1 + 2) * 3", 9],
    ["10 - 4 - 3", 3],
    ["12 / 3 / 2", 2],
    ["-2 * -3", 6],
    ["5%", 0.05],
    [".5 + 1e1", 10.5],
    ["2-3", -1],
  ])("%s is %d", (text, value) => {
    expect(evaluateMetric(parsed(text), { value: () => null })).toBe(value);
  });

  test("a minus between two metrics is no part of their names", () => {
    expect(callsOf(parsed("rps(a)-error-rate(b)")).map(({ metric }) => metric)).toEqual(["rps", "error-rate"]);
  });

  test("a part without data leaves the whole without data, and so does division by nothing", () => {
    const source: MetricSource = { value: ({ metric }) => (metric === "rps" ? 0 : null) };
    expect(evaluateMetric(parsed("rps(a) + p99(a)"), source)).toBeNull();
    expect(evaluateMetric(parsed("1 / rps(a)"), source)).toBeNull();
    expect(evaluateMetric(parsed("rps(a) / 1"), source)).toBe(0);
  });
});

describe("what is wrong is named with its place and a way out", () => {
  test.each([
    ["eror-rate(payments)", 0, "Did you mean error-rate?"],
    ["latency99(a)", 0, "Take one of:"],
    ["rps(a) + p98(b)", 9, "Did you mean p9"],
    ["RPS(a)", 0, "Did you mean rps?"],
    ["redy(a)", 0, "Did you mean ready?"],
  ])("an unknown metric: %s", (text, at, fix) => {
    const [problem, ...more] = problems(text);
    expect(more).toEqual([]);
    expect(problem).toMatchObject({ code: "metric.unknown", at });
    expect(problem?.fix).toContain(fix);
  });

  test.each([
    ["", 0, "missing"],
    ["rps(a) +", 7, "missing"],
    ["rps", 0, "needs a name"],
    ["rps(a", 0, "not closed"],
    ["(1 + 2", 0, "not closed"],
    ["1 2", 2, "not expected"],
    ["rps(a) > 5", 7, "not expected"],
    ["rps(Payments)", 4, "not a valid service name"],
    ["rps(a@1.0)", 4, "not a semantic version"],
    ["rps(a>b>c)", 4, 'more than one ">"'],
    ["rps(a@1.0.0@2)", 4, 'more than one "@"'],
    ["weight(a)", 7, "not measured of a service"],
    ["burn(a)", 0, "needs a target"],
    ["burn(a, 100%)", 8, "not a target"],
    ["ready(a, 5m)", 9, "takes no window"],
    ["p99(a, 5m)", 7, "not a window"],
    ["rps(a, 5 minutes)", 7, "not a window"],
    ["rps(ingress)", 4, "traffic from outside"],
    ["rps(a, 1m, 1m)", 11, "takes no more"],
  ])("%s", (text, at, detail) => {
    const [problem] = problems(text);
    expect(problem).toMatchObject({ code: "metric.invalid", at });
    expect(problem?.detail).toContain(detail);
  });

  test("all problems are told at once, in the order of the text", () => {
    expect(problems("eror-rate(a) + rps(B) * p98(c)").map(({ at }) => at)).toEqual([0, 19, 24]);
  });

  test("neither length nor depth is without bound", () => {
    expect(problems("1+".repeat(METRIC_TEXT_MAX))[0]?.detail).toContain("characters");
    expect(problems(`${"(".repeat(100)}1${")".repeat(100)}`)[0]?.detail).toContain("nested");
  });
});

describe("wildcards", () => {
  const version = { kind: "version", service: "payments", version: "2.1.0" } as const;

  test("stand for the narrowest subject in the expression", () => {
    expect(wildcardKind(parsed("ready(*@*) / instances(*)"))).toBe("version");
    expect(wildcardKind(parsed("rps(*>*)"))).toBe("edge");
    expect(wildcardKind(parsed("rps(payments)"))).toBeNull();
  });

  test("are the same subject everywhere", () => {
    const bound = bindExpression(parsed("rps(*@*) / rps(*) + rps(cart)"), version);
    expect(bound === null ? [] : callsOf(bound).map(({ subject }) => subjectText(subject))).toEqual(["payments@2.1.0", "payments", "cart"]);
  });

  test("a pattern of one service fits only that service", () => {
    expect(bindExpression(parsed("ready(cart@*)"), version)).toBeNull();
    expect(bindExpression(parsed("ready(payments@*)"), version)).not.toBeNull();
  });

  test("an edge is bound end by end, and its service is the callee", () => {
    const edge = { kind: "edge", caller: { service: "cart" }, callee: { service: "payments" } } as const;
    const bound = bindExpression(parsed("error-rate(*>*) - error-rate(*)"), edge);
    expect(bound === null ? null : formatMetric(bound)).toBe("error-rate(cart>payments) - error-rate(payments)");
  });
});
