"use client";

import { CloudOff, OctagonX } from "lucide-react";
import { useTranslations } from "use-intl";
import { ApiProblem } from "@/lib/client/index.ts";
import { useProblemTitle } from "./use-problem-title.ts";

/** Why something was refused, titled in the language shown and told in the engine's own words: every problem with its fix, or every pair that would break with its way out. */
export function ProblemList({ error, title }: { readonly error: unknown; readonly title?: string }) {
  const t = useTranslations("common");
  const titleOf = useProblemTitle();
  const problem = error instanceof ApiProblem ? error : null;
  const isUnreachable = problem?.code === "engine.unreachable";
  const sentences = problem?.reasons?.map((reason) => ({ detail: reason.sentence, fix: reason.fix })) ?? problem?.errors ?? [];
  const Icon = isUnreachable ? CloudOff : OctagonX;
  return (
    <div
      role="alert"
      className="grid gap-1.5 rounded-2 border border-[color-mix(in_srgb,var(--bad)_40%,var(--line))] bg-bad-soft px-3.5 py-3"
    >
      <p className="flex items-center gap-2 font-semibold">
        <Icon aria-hidden className="size-4 shrink-0 text-bad" />
        {isUnreachable ? t("error.unreachable") : (title ?? (problem && (titleOf(problem.code) ?? problem.title)) ?? t("error.title"))}
      </p>
      {sentences.length === 0 && <p className="text-ink-2">{problem?.detail ?? String(error)}</p>}
      {sentences.map(({ detail, fix }) => (
        <p key={detail} className="text-ink-2">
          {detail} <span className="text-ink">{fix}</span>
        </p>
      ))}
    </div>
  );
}
