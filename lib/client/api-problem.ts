import type { Problem, ProblemItem } from "./wire-types.ts";

/**
 * A refusal of the engine, thrown by the client: `code` is the stable dotted code, `errors` names every field that is wrong.
 * `engine.unreachable` (status 0 when there was no answer at all) means that nobody answered, or something that is not Interlock.
 */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly errors: readonly ProblemItem[];
  readonly reasons: Problem["reasons"];
  readonly closure: Problem["closure"];
  readonly current: Problem["current"];

  constructor(problem: Omit<Problem, "type">, options?: ErrorOptions) {
    super(problem.detail, options);
    this.code = problem.code;
    this.status = problem.status;
    this.title = problem.title;
    this.detail = problem.detail;
    this.errors = problem.errors;
    this.reasons = problem.reasons;
    this.closure = problem.closure;
    this.current = problem.current;
  }
}

/** The problem of an engine that gave no usable answer. */
export function unreachableProblem(detail: string, status: number, cause?: unknown): ApiProblem {
  return new ApiProblem({ code: "engine.unreachable", status, title: "Engine is unreachable", detail, errors: [] }, { cause });
}

/** Reads the body of an answer that is no success; whatever is not our problem+json becomes `engine.unreachable`. */
export function problemFromAnswer(status: number, text: string): ApiProblem {
  const body = parseObject(text);
  // A proxy has problems of its own; only the engine's list their fields.
  if (typeof body?.["code"] !== "string" || typeof body["detail"] !== "string" || !Array.isArray(body["errors"])) {
    return unreachableProblem(`The answer (status ${status}) is not from the engine.`, status);
  }
  const problem = body as unknown as Problem;
  return new ApiProblem({ ...problem, status, title: problem.title ?? problem.code });
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
