"use client";

import { useTranslations } from "use-intl";
import type { Change } from "@/lib/client/index.ts";

const SUBJECTS_MAX = 2;
/** Chinese words stand apart from Latin ones, not from each other: a subject that ends in either follows its own rule. */
const SPACE_IN_CHINESE = /(?<=\p{Script=Han}) (?=\p{Script=Han})/gu;

/** What a change did, as one sentence without its author; also the short word for its kind. */
export function useChangeText() {
  const t = useTranslations("activity");
  const common = useTranslations("common");
  const subjectOf = (change: Pick<Change, "subject">): string => {
    const subjects = change.subject.split(", ");
    const first = subjects.slice(0, SUBJECTS_MAX).join(common("listComma"));
    return subjects.length <= SUBJECTS_MAX ? first : t("manySubjects", { first, n: subjects.length - SUBJECTS_MAX });
  };
  return {
    subjectOf,
    sentenceOf(change: Pick<Change, "kind" | "subject">): string {
      const key = `kind.${change.kind}` as "kind.rollback";
      if (!t.has(key)) return `${change.kind} ${change.subject}`;
      return t(key, { subject: subjectOf(change) }).replace(SPACE_IN_CHINESE, "");
    },
    kindOf(kind: string): string {
      const key = `kindShort.${kind}` as "kindShort.rollback";
      return t.has(key) ? t(key) : kind;
    },
  };
}
