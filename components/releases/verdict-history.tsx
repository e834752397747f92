"use client";

import { useLocale, useTranslations } from "use-intl";
import { Card } from "@/components/shell/page.tsx";
import { formatClock } from "@/components/ui/relative-time.tsx";
import { Tag } from "@/components/ui/tag.tsx";
import { useNow } from "@/components/ui/use-now.ts";
import type { VerdictEntry } from "./judge-view.ts";

const TONES = { pass: "ok", fail: "bad", inconclusive: "unknown" } as const;

/** Every change of the judge's mind with its reason, newest first. */
export function VerdictHistory({ verdicts }: { readonly verdicts: readonly VerdictEntry[] }) {
  const t = useTranslations("judge");
  const nowMs = useNow();
  const locale = useLocale();
  return (
    <Card title={t("history.title")} flush>
      {verdicts.length === 0 ? (
        <p className="px-4 pb-4 text-sm text-ink-2">{t("history.none")}</p>
      ) : (
        <ol className="max-h-[280px] overflow-y-auto px-4 pb-3 text-sm">
          {verdicts.toReversed().map(({ at, sentence, verdict }) => (
            <li key={`${at} ${verdict}`} className="grid grid-cols-[64px_minmax(0,1fr)] items-baseline gap-2 border-t border-line py-1.5">
              <time dateTime={at} className="tabular-nums text-ink-3" suppressHydrationWarning>
                {nowMs === 0 ? "" : formatClock(at, locale, nowMs)}
              </time>
              <span className="grid justify-items-start gap-1">
                <Tag tone={TONES[verdict]}>{t(`verdict.${verdict}`)}</Tag>
                <span lang="en" className="text-ink-2">
                  {sentence}
                </span>
              </span>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}
