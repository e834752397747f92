"use client";

import { useLocale, useTranslations } from "use-intl";
import { requirementIn } from "./requirement-in.ts";

/** Why a pair may not meet: the engine's sentence, and before it, where the language is another one, what it says. */
export function ReasonSentence({ sentence }: { readonly sentence: string }) {
  const t = useTranslations("splits.refusal");
  const locale = useLocale();
  const said = locale === "en" ? null : requirementIn(sentence);
  if (said === null) return sentence;
  return (
    <>
      {t("requires", { ...said })}
      <span lang="en" className="block text-sm text-ink-3">
        {sentence}
      </span>
    </>
  );
}
