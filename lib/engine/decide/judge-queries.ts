import type { JudgeSettings, MeshState, Problem, Version } from "../../model/index.ts";
import { callsOf, type MetricEnd, type MetricSubject, nearestName, parseMetric } from "../../policy/index.ts";

/** Thresholds that nobody could read, or of what the mesh does not know: they would never have data. */
export function checkQueries(state: Pick<MeshState, "services">, { metrics }: Pick<JudgeSettings, "metrics">): readonly Problem[] {
  return metrics.flatMap((metric, index) =>
    metric.kind === "threshold" ? checkQuery(state, metric.query, `judge.metrics.${index}.query`) : [],
  );
}

function checkQuery(state: Pick<MeshState, "services">, query: string, path: string): readonly Problem[] {
  const parsed = parseMetric(query);
  if (!parsed.ok) return parsed.error.map(({ code, detail, fix }): Problem => ({ path, code, detail, fix }));
  const ends = callsOf(parsed.value).flatMap(({ subject }) => endsOf(subject));
  const problems = ends.flatMap((end) => checkEnd(state, end, path));
  return problems.filter(({ detail }, index) => problems.findIndex((each) => each.detail === detail) === index);
}

function endsOf(subject: MetricSubject): readonly MetricEnd[] {
  switch (subject.kind) {
    case "mesh":
      return [];
    case "service":
      return [{ service: subject.service }];
    case "version":
      return [{ service: subject.service, version: subject.version }];
    case "edge":
      return [subject.caller, subject.callee];
  }
}

function checkEnd({ services }: Pick<MeshState, "services">, { service: name, version }: MetricEnd, path: string): readonly Problem[] {
  if (name === "*" || name === "ingress") return [];
  const problem = (what: string, known: readonly string[], given: string): readonly Problem[] => {
    const nearest = nearestName(given, known);
    const fix = nearest === null ? "Register it first, or name another." : `Did you mean ${nearest}?`;
    return [{ path, code: "metric.unknown", detail: `There is no ${what}.`, fix }];
  };
  const service = [...services.values()].find((each) => each.name === name);
  if (service === undefined) return problem(`service "${name}"`, [...services.keys()], name);
  if (version === undefined || version === "*" || service.versions.has(version as Version)) return [];
  return problem(`version "${version}" of ${name}`, [...service.versions.keys()], version);
}
