import type { MetricCall, MetricExpression } from "./metric-expression.ts";

/** Where figures come from. Null: no data, which is never good and never bad. */
export interface MetricSource {
  value(call: MetricCall): number | null;
}

/** The figure of an expression; null as soon as a part has no data, or where it is divided by nothing. */
export function evaluateMetric(expression: MetricExpression, source: MetricSource): number | null {
  switch (expression.kind) {
    case "number":
      return expression.value;
    case "metric":
      return source.value(expression);
    case "negative": {
      const value = evaluateMetric(expression.of, source);
      return value === null ? null : -value;
    }
    case "operation": {
      const [left, right] = [evaluateMetric(expression.left, source), evaluateMetric(expression.right, source)];
      return left === null || right === null ? null : finite(calculate(expression.operator, left, right));
    }
  }
}

function calculate(operator: "+" | "-" | "*" | "/", left: number, right: number): number {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
  }
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
