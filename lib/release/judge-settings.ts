import type { JudgeInput, JudgeMetric, JudgeMetricInput, JudgeSettings, Problem } from "../model/index.ts";
import { canonicalJson, err, ok, type Result } from "../std/index.ts";

/** The chance of a false alarm in a whole release, shared out between its metrics. */
const ALPHA = 0.01;
const LEVELS = { tolerance: 0.25, margin: 0.5, beta: 0.05 };
const FOR_MS = 30_000;
const MIN_REQUESTS = 20;
const DEADLINE_MAX_MS = 30 * 86_400_000;

/** Settings with everything that was left out filled in, or all that is wrong with them. Queries are checked by whoever can read them. */
export function readJudge(input: JudgeInput | undefined, path: string): Result<JudgeSettings, readonly Problem[]> {
  const {
    deadlineMs = null,
    metrics: given = [{ kind: "errors" } as const],
    minRequests = MIN_REQUESTS,
    mode = "sequential",
  } = input ?? {};
  const tested = given.filter(({ kind }) => kind !== "threshold").length;
  const metrics = given.map((metric) => withDefaults(metric, ALPHA / Math.max(1, tested)));
  const problems = metrics.flatMap((metric, index) => checkMetric(metric, `${path}.metrics.${index}`));
  const texts = metrics.map((metric) => canonicalJson(metric));
  problems.push(
    ...texts.flatMap((text, index) => {
      const first = texts.indexOf(text);
      const detail = `It is the same as metric ${first + 1}.`;
      return first === index ? [] : [invalid(`${path}.metrics.${index}`, detail, "Leave one of them out.")];
    }),
  );
  if (!Number.isInteger(minRequests) || minRequests < 0 || minRequests > 1e9)
    problems.push(invalid(`${path}.minRequests`, `${minRequests} is no number of requests.`, "Give a whole number from 0, such as 20."));
  if (deadlineMs !== null && !(Number.isInteger(deadlineMs) && deadlineMs >= 1_000 && deadlineMs <= DEADLINE_MAX_MS))
    problems.push(
      invalid(`${path}.deadlineMs`, `${deadlineMs} ms is no deadline.`, "Give whole ms from 1000 to 30 days, or null for none."),
    );
  return problems.length > 0 ? err(problems) : ok({ mode, metrics, minRequests, deadlineMs });
}

function withDefaults(metric: JudgeMetricInput, alpha: number): JudgeMetric {
  if (metric.kind === "threshold") return { ...metric, forMs: metric.forMs ?? FOR_MS };
  return { ...LEVELS, alpha, ...metric };
}

function checkMetric(metric: JudgeMetric, path: string): Problem[] {
  if (metric.kind === "threshold") return checkThreshold(metric, path);
  const { alpha, beta, margin, tolerance } = metric;
  const problems: Problem[] = [];
  if (!(tolerance >= 0 && tolerance <= 10))
    problems.push(
      invalid(`${path}.tolerance`, `${tolerance} is no tolerance.`, "Give 0 to 10: 0.25 lets the new version fail a quarter more."),
    );
  if (!(margin > tolerance && margin <= 100))
    problems.push(
      invalid(
        `${path}.margin`,
        `A margin of ${margin} is not above the tolerance.`,
        `Give more than ${tolerance}, such as ${tolerance * 2 || 0.5}.`,
      ),
    );
  for (const [name, level] of [
    ["alpha", alpha],
    ["beta", beta],
  ] as const) {
    if (!(level > 0 && level < 0.5))
      problems.push(invalid(`${path}.${name}`, `${level} is no error level.`, "Give more than 0 and less than 0.5, such as 0.01."));
  }
  if (metric.kind === "latency" && !(metric.boundaryMs > 0 && metric.boundaryMs <= 600_000))
    problems.push(invalid(`${path}.boundaryMs`, `${metric.boundaryMs} ms is no boundary.`, "Give ms above 0, such as 250."));
  return problems;
}

function checkThreshold({ above, below, forMs, query }: Extract<JudgeMetric, { kind: "threshold" }>, path: string): Problem[] {
  const problems: Problem[] = [];
  if (query.trim() === "") problems.push(invalid(`${path}.query`, "The query is empty.", "Write a metric, such as p99(payments)."));
  if (above === undefined && below === undefined)
    problems.push(invalid(`${path}.above`, "The threshold has no bound.", "Give above or below."));
  if (!Number.isInteger(forMs) || forMs < 0 || forMs > 86_400_000)
    problems.push(invalid(`${path}.forMs`, `${forMs} ms is no time.`, "Give whole ms from 0 to 86400000 (a day)."));
  return problems;
}

function invalid(path: string, detail: string, fix: string): Problem {
  return { path, code: "release.invalid", detail, fix };
}
