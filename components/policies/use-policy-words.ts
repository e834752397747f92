import { useLocale, useTranslations } from "use-intl";
import { BUILT_IN_POLICIES, describePolicy } from "@/lib/policy/index.ts";

const BUILT_IN = new Map(BUILT_IN_POLICIES.map((policy) => [policy.id, { name: policy.name, sentence: describePolicy(policy) }]));

/**
 * Name and sentence of a policy in the operator's language: those of Interlock's own policies as long as they stand as they came. What somebody wrote
 * or changed stays as the engine says it.
 */
export function usePolicyWords() {
  const t = useTranslations("builtInPolicies");
  const locale = useLocale();
  const word = (id: string, part: "name" | "sentence", said: string): string => {
    const key = `${id.replace(/^built-in-/, "")}.${part}` as "errors.name";
    return locale !== "en" && BUILT_IN.get(id)?.[part] === said && t.has(key) ? t(key) : said;
  };
  return {
    nameOf: (id: string, said: string) => word(id, "name", said),
    sentenceOf: (id: string, said: string) => word(id, "sentence", said),
  };
}
