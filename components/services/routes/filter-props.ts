import type { Control, UseFormRegister } from "react-hook-form";
import type { RouteValues } from "./route-values.ts";
import type { RuleProblems } from "./rule-problems.ts";

/** What the fields of one filter need. */
export interface FilterProps {
  readonly control: Control<RouteValues>;
  readonly register: UseFormRegister<RouteValues>;
  /** Place among the filters. */
  readonly index: number;
  readonly problems: RuleProblems;
}
