"use client";

import { useTranslations } from "use-intl";
import { Skeleton } from "@/components/ui/states.tsx";
import type { useRollbackPreview } from "./use-rollback.ts";
import { losers } from "./weight-moves.ts";

type Answer = NonNullable<ReturnType<typeof useRollbackPreview>["data"]>;

/** What happens after the press, in order. */
export function RollbackSteps({ answer, proxies }: { readonly answer: Answer | null; readonly proxies: number }) {
  const t = useTranslations("rollback");
  const versions = answer ? losers(answer.from, answer.to, { entirely: false }).join(", ") : "";
  const to = answer ? Object.keys(answer.to).join(", ") : "";
  const steps = [t("stepAccept", { n: proxies }), t("stepMove", { to }), t("stepProof", { versions })];
  return (
    <section>
      <h2 className="mb-1">{t("steps")}</h2>
      <ol>
        {steps.map((step, index) => (
          <li key={step} className="flex min-h-10 items-center gap-2.5 border-t border-line py-2">
            <span
              aria-hidden
              className="grid size-5 shrink-0 place-items-center rounded-full border-[1.5px] border-line-2 text-2xs font-semibold text-ink-2"
            >
              {index + 1}
            </span>
            {answer ? step : <Skeleton className="h-3.5 w-64" />}
          </li>
        ))}
      </ol>
    </section>
  );
}
