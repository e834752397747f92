"use client";

import { useLocale, useTranslations } from "use-intl";
import { Card } from "@/components/shell/page.tsx";
import { formatClock } from "@/components/ui/relative-time.tsx";
import { useNow } from "@/components/ui/use-now.ts";
import type { ReleaseView } from "./release-view.ts";
import { clockSpan } from "./time-axis.ts";

/** Every transition of a release, newest first, by the time since it began. */
export function HistoryCard({ release: { createdAt, history } }: { readonly release: ReleaseView }) {
  const t = useTranslations("releases.history");
  const nowMs = useNow();
  const locale = useLocale();
  const startMs = Date.parse(createdAt);
  return (
    <Card title={t("title")} flush>
      <ol className="max-h-[340px] overflow-y-auto px-4 pb-3 text-sm">
        {history.toReversed().map(({ at, sentence, seq }) => (
          <li
            key={`${seq} ${at} ${sentence}`}
            className="grid grid-cols-[48px_minmax(0,1fr)] items-baseline gap-2 border-t border-line py-1.5"
          >
            <time
              dateTime={at}
              title={nowMs === 0 ? "" : formatClock(at, locale, nowMs)}
              className="text-ink-3 tabular-nums"
              suppressHydrationWarning
            >
              {clockSpan(Date.parse(at) - startMs)}
            </time>
            <span lang="en" className="min-w-0 break-words">
              {sentence}
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}
