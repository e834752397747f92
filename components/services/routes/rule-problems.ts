import type { SortedProblems } from "@/components/services/problems-by-path.ts";
import type { ProblemItem } from "@/lib/client/index.ts";

/** Problems of one rule by paths that begin at the rule. */
export interface RuleProblems {
  at(path: string): ProblemItem | null;
  count(path: string): number;
  besides(path: string, fields: readonly string[]): ProblemItem | null;
}

/** Those of the rule at `base`, such as `rules.3`. */
export function ruleProblems(problems: SortedProblems, base: string): RuleProblems {
  return {
    at: (path) => problems.at(`${base}.${path}`),
    count: (path) => problems.count(`${base}.${path}`),
    besides: (path, fields) =>
      problems.besides(
        `${base}.${path}`,
        fields.map((field) => `${base}.${field}`),
      ),
  };
}
