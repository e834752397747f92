"use client";

import { useTranslations } from "use-intl";
import { Skeleton } from "@/components/ui/states.tsx";
import { type RollbackAnswer, rollbackSteps } from "./rollback-answer.ts";

/** What happens after the press, in order. */
export function RollbackSteps({ answer, proxies }: { readonly answer: RollbackAnswer | null; readonly proxies: number }) {
  const t = useTranslations("rollback");
  const steps = rollbackSteps(answer ?? { from: {}, to: {} }, proxies);
  return (
    <section>
      <h2 className="mb-1">{t("steps")}</h2>
      <ol>
        {steps.map(({ key, values }, index) => (
          <li key={key} className="flex min-h-10 items-center gap-2.5 border-t border-line py-2">
            <span
              aria-hidden
              className="grid size-5 shrink-0 place-items-center rounded-full border-[1.5px] border-line-2 text-2xs font-semibold text-ink-2"
            >
              {index + 1}
            </span>
            {answer ? t(key, values) : <Skeleton className="h-3.5 w-64" />}
          </li>
        ))}
      </ol>
    </section>
  );
}
