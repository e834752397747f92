import type { Health } from "@/components/live/health.ts";
import type { LiveLane } from "@/components/live/live-service.ts";
import { FULL_WEIGHT_BP } from "@/lib/model/index.ts";
import { type ServiceFigures, sumFigures } from "../../live/service-figures.ts";
import type { FindFigure, FindOperator, FindQuery, FindState } from "./find-query.ts";

/** What a find query looks at. */
export interface FindSubject {
  readonly name: string;
  readonly versions: readonly LiveLane[];
  /** What the errors of all versions together prove. */
  readonly whole: Health;
  readonly callers: readonly string[];
  readonly callees: readonly string[];
  /** Whether one of its versions may not get traffic. */
  readonly locked: boolean;
}

/** Whether a service is found. Errors and latencies are those of its worst version, rates and instances those of all together. */
export function matchesFind(query: FindQuery, subject: FindSubject): boolean {
  switch (query.kind) {
    case "all":
      return query.parts.every((part) => matchesFind(part, subject));
    case "any":
      return query.parts.some((part) => matchesFind(part, subject));
    case "not":
      return !matchesFind(query.part, subject);
    case "name":
      return matchesPattern(query.pattern, subject.name, true);
    case "version":
      return query.pattern.toLowerCase() === "canary"
        ? isCanary(subject)
        : subject.versions.some((lane) => matchesPattern(query.pattern, lane.version, false));
    case "calls":
      return subject.callees.some((name) => matchesPattern(query.pattern, name, true));
    case "called-by":
      return subject.callers.some((name) => matchesPattern(query.pattern, name, true));
    case "state":
      return hasState(query.state, subject);
    case "figure":
      return compare(figureOf(query.figure, subject), query.operator, query.value);
  }
}

/** Without a `*` a name matches by part, a version as a whole. */
function matchesPattern(pattern: string, text: string, byPart: boolean): boolean {
  const wanted = pattern.toLowerCase();
  const given = text.toLowerCase();
  if (!wanted.includes("*")) return byPart ? given.includes(wanted) : given === wanted;
  const parts = wanted.split("*");
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  if (!given.startsWith(first) || !given.endsWith(last) || given.length < first.length + last.length) return false;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = given.indexOf(part, from);
    if (found < 0 || found + part.length > given.length - last.length) return false;
    from = found + part.length;
  }
  return true;
}

/** Some traffic goes to a version beside the one that has most. */
function isCanary(subject: FindSubject): boolean {
  return subject.versions.some((lane) => lane.weightBp > 0 && lane.weightBp < FULL_WEIGHT_BP);
}

function hasState(state: FindState, subject: FindSubject): boolean {
  const { health, requests } = sumFigures(subject);
  switch (state) {
    case "healthy":
      return health === "ok";
    case "unhealthy":
      return health === "warn" || health === "bad";
    case "canary":
      return isCanary(subject);
    case "locked":
      return subject.locked;
    case "idle":
      return requests === 0;
  }
}

function figureOf(figure: FindFigure, subject: FindSubject): number | null {
  const { versions } = subject;
  const sum: ServiceFigures = sumFigures(subject);
  const worst = (values: readonly (number | null)[]) => {
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? null : Math.max(...known);
  };
  switch (figure) {
    case "error":
      return worst(versions.map((lane) => lane.errorRate));
    case "p50":
      return worst(versions.map((lane) => lane.p50Ms));
    case "p99":
      return worst(versions.map((lane) => lane.p99Ms));
    case "share":
      return worst(versions.map((lane) => lane.weightBp / FULL_WEIGHT_BP));
    case "rps":
      return sum.rps;
    case "ready":
      return sum.ready;
    case "instances":
      return sum.instances;
  }
}

/** A figure that nobody measured compares as false, whatever the operator. */
function compare(figure: number | null, operator: FindOperator, value: number): boolean {
  if (figure === null) return false;
  switch (operator) {
    case ">":
      return figure > value;
    case ">=":
      return figure >= value;
    case "<":
      return figure < value;
    case "<=":
      return figure <= value;
    case "=":
      return Math.abs(figure - value) < 1e-9;
    case "!=":
      return Math.abs(figure - value) >= 1e-9;
  }
}
