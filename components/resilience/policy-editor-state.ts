import type { UseFormReturn } from "react-hook-form";
import type { SortedProblems } from "@/components/services/problems-by-path.ts";
import { DEFAULT_HEALTH_CHECK } from "@/lib/model/index.ts";
import { fieldText, type PolicyField } from "./policy-fields.ts";
import { type Effective, fieldKey, type Policy, type PolicyValues, valueAt } from "./policy-values.ts";

/** What every group of settings reads and writes. */
export interface PolicyEditorState {
  readonly service: string;
  readonly form: UseFormReturn<PolicyValues>;
  readonly values: PolicyValues;
  /** As drafted, and what is in force. */
  readonly draft: Policy;
  readonly inForce: Policy;
  readonly defaults: Effective;
  readonly problems: SortedProblems;
}

/** The default of a setting, as it would be typed. */
export function defaultText({ defaults }: Pick<PolicyEditorState, "defaults">, field: PolicyField): string {
  const [part, leaf = ""] = field.split(".");
  const value = part === "healthChecks" ? DEFAULT_HEALTH_CHECK[leaf as keyof typeof DEFAULT_HEALTH_CHECK] : valueAt(defaults, field);
  return fieldText(field, value);
}

/** Types a text into a setting; "" gives it its default back. */
export function setField({ form }: Pick<PolicyEditorState, "form">, field: PolicyField, text: string): void {
  form.setValue(`fields.${fieldKey(field)}`, text, { shouldDirty: true });
}

/** How many settings of these parts are set; a part that is no object counts as one. */
export function setCount(policy: Policy, parts: readonly (keyof Policy)[]): number {
  return parts
    .map((part) => policy[part])
    .reduce((sum: number, value) => {
      if (value === undefined) return sum;
      return sum + (typeof value === "object" && !Array.isArray(value) ? Object.keys(value).length : 1);
    }, 0);
}
