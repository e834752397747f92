/**
 * Policies: metric expressions, what sets a policy off and holds it back, what a policy would do, and which change an alert most likely comes from.
 * Pure: figures, time and state are given; it changes nothing and sends nothing. `lib/engine` evaluates and acts, the console validates with the same code.
 *
 * Invariants: no data is neither good nor bad; a text that parses prints to a text that parses to the same; evaluating the same steps again gives the same moves.
 */
export { evaluateMetric, type MetricSource } from "./metric/evaluate-metric.ts";
export {
  definitionOf,
  METRIC_NAMES,
  METRICS,
  type MetricDefinition,
  type MetricName,
  type MetricUnit,
  type SubjectKind,
} from "./metric/metric-catalog.ts";
export {
  bindExpression,
  callsOf,
  type MetricCall,
  type MetricEnd,
  type MetricExpression,
  type MetricProblem,
  type MetricSubject,
  servicesOf,
  subjectText,
  wildcardKind,
} from "./metric/metric-expression.ts";
export { nearestName } from "./metric/nearest-name.ts";
export { exampleOf, formatMetric, formatWindow, METRIC_TEXT_MAX, parseMetric } from "./metric/parse-metric.ts";
