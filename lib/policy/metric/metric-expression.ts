import type { MetricName, SubjectKind } from "./metric-catalog.ts";

/** A service or a version of it; `*` stands for each. */
export interface MetricEnd {
  readonly service: string;
  readonly version?: string;
}

/** What a metric is asked of. */
export type MetricSubject =
  | { readonly kind: "mesh" }
  | { readonly kind: "service"; readonly service: string }
  | { readonly kind: "version"; readonly service: string; readonly version: string }
  | { readonly kind: "edge"; readonly caller: MetricEnd; readonly callee: MetricEnd };

/** One metric of one subject. Without a window: as it is now, of the live window. */
export interface MetricCall {
  readonly kind: "metric";
  readonly metric: MetricName;
  readonly subject: MetricSubject;
  readonly windowMs?: number;
  /** Target as a share, such as 0.999. */
  readonly slo?: number;
}

export type MetricOperator = "+" | "-" | "*" | "/";

/** A figure made of metrics and numbers. */
export type MetricExpression =
  | { readonly kind: "number"; readonly value: number }
  | MetricCall
  | { readonly kind: "negative"; readonly of: MetricExpression }
  | { readonly kind: "operation"; readonly operator: MetricOperator; readonly left: MetricExpression; readonly right: MetricExpression };

/** Something wrong in the text of an expression: `at` and `length` are in characters. */
export interface MetricProblem {
  readonly code: "metric.invalid" | "metric.unknown";
  readonly at: number;
  readonly length: number;
  readonly detail: string;
  readonly fix: string;
}

/** The metrics in an expression, from left to right. */
export function callsOf(expression: MetricExpression): readonly MetricCall[] {
  switch (expression.kind) {
    case "number":
      return [];
    case "metric":
      return [expression];
    case "negative":
      return callsOf(expression.of);
    case "operation":
      return [...callsOf(expression.left), ...callsOf(expression.right)];
  }
}

/** `payments`, `payments@2.1.0`, `cart@1.0.0>payments`; empty for the mesh. */
export function subjectText(subject: MetricSubject): string {
  switch (subject.kind) {
    case "mesh":
      return "";
    case "service":
      return subject.service;
    case "version":
      return endText(subject);
    case "edge":
      return `${endText(subject.caller)}>${endText(subject.callee)}`;
  }
}

function endText({ service, version }: MetricEnd): string {
  return version === undefined ? service : `${service}@${version}`;
}

/** The services that a subject names, `*` left out. */
export function servicesOf(subject: MetricSubject): readonly string[] {
  const names =
    subject.kind === "mesh" ? [] : subject.kind === "edge" ? [subject.caller.service, subject.callee.service] : [subject.service];
  return names.filter((name) => name !== "*");
}

/** The kind of subject that the wildcards of an expression stand for, the narrowest there is; null without wildcards. */
export function wildcardKind(expression: MetricExpression): Exclude<SubjectKind, "mesh"> | null {
  const kinds = callsOf(expression).flatMap(({ subject }) => (isPattern(subject) ? [subject.kind] : []));
  return (["edge", "version", "service"] as const).find((kind) => kinds.includes(kind)) ?? null;
}

function isPattern(subject: MetricSubject): boolean {
  return subjectText(subject).includes("*");
}

/**
 * The expression with its wildcards standing for `subject`; null where it does not fit. `*` is the subject's service (of an edge its callee), `*@*` its version,
 * `*>*` the edge.
 */
export function bindExpression(expression: MetricExpression, subject: MetricSubject): MetricExpression | null {
  switch (expression.kind) {
    case "number":
      return expression;
    case "metric": {
      const bound = bindSubject(expression.subject, subject);
      return bound === null ? null : { ...expression, subject: bound };
    }
    case "negative": {
      const of = bindExpression(expression.of, subject);
      return of === null ? null : { kind: "negative", of };
    }
    case "operation": {
      const [left, right] = [bindExpression(expression.left, subject), bindExpression(expression.right, subject)];
      return left === null || right === null ? null : { ...expression, left, right };
    }
  }
}

function bindSubject(pattern: MetricSubject, subject: MetricSubject): MetricSubject | null {
  if (!isPattern(pattern)) return pattern;
  if (pattern.kind === "edge") {
    if (subject.kind !== "edge") return null;
    const [caller, callee] = [bindEnd(pattern.caller, subject.caller), bindEnd(pattern.callee, subject.callee)];
    return caller === null || callee === null ? null : { kind: "edge", caller, callee };
  }
  const end = subject.kind === "mesh" ? null : subject.kind === "edge" ? subject.callee : subject;
  if (end === null || pattern.kind === "mesh") return null;
  const bound = bindEnd(pattern, pattern.kind === "service" ? { service: end.service } : end);
  if (bound === null) return null;
  const { service, version } = bound;
  if (pattern.kind === "service") return { kind: "service", service };
  return version === undefined ? null : { kind: "version", service, version };
}

function bindEnd(pattern: MetricEnd, end: MetricEnd): MetricEnd | null {
  if (pattern.service !== "*" && pattern.service !== end.service) return null;
  if (pattern.version === undefined) return { service: end.service };
  if (pattern.version !== "*" && pattern.version !== end.version) return null;
  return end.version === undefined ? null : { service: end.service, version: end.version };
}
