import { ApiProblem, type ProblemItem } from "@/lib/client/index.ts";

/** What the engine says is wrong, sorted to the fields of a form. */
export interface SortedProblems {
  /** What is wrong with a field: at its own path or beneath it; several problems as one, with every detail and fix. */
  at(path: string): ProblemItem | null;
  /** How many problems a field has. */
  count(path: string): number;
  /** What is wrong at `path` or beneath it, and with none of the fields named, which show theirs themselves. */
  besides(path: string, fields: readonly string[]): ProblemItem | null;
  /** Those that belong to no field of the form; null where every problem has its place. */
  readonly rest: ApiProblem | Error | null;
}

/** Sorts the problems of a refusal to the fields whose paths are given; a field takes everything beneath its path. */
export function problemsByPath(error: unknown, fields: readonly string[]): SortedProblems {
  const items = error instanceof ApiProblem && error.reasons === undefined ? error.errors : [];
  const belongs = (path: string, field: string) => path === field || path.startsWith(`${field}.`);
  const isOfNone = (path: string, others: readonly string[]) => !others.some((field) => belongs(path, field));
  const homeless = items.filter((item) => isOfNone(item.path, fields));
  const hasRest = error instanceof Error && (items.length === 0 || homeless.length > 0);
  return {
    at: (path) => asOne(items.filter((item) => belongs(item.path, path))),
    count: (path) => items.filter((item) => belongs(item.path, path)).length,
    besides: (path, others) => asOne(items.filter((item) => belongs(item.path, path) && isOfNone(item.path, others))),
    rest: !hasRest ? null : error instanceof ApiProblem ? withErrors(error, homeless) : error,
  };
}

function asOne(items: readonly ProblemItem[]): ProblemItem | null {
  const last = items.at(-1);
  if (last === undefined) return null;
  const before = items.slice(0, -1).map(({ detail, fix }) => `${detail} ${fix} `);
  return { ...last, detail: `${before.join("")}${last.detail}` };
}

function withErrors(problem: ApiProblem, errors: readonly ProblemItem[]): ApiProblem {
  const { code, status, title, detail, reasons, current } = problem;
  return new ApiProblem({ code, status, title, detail, errors: [...errors], ...(reasons && { reasons }), ...(current && { current }) });
}
