"use client";

import { useLocale, useTranslations } from "use-intl";
import { formatClock, RelativeTime } from "@/components/ui/relative-time.tsx";
import { useNow } from "@/components/ui/use-now.ts";
import type { Instance } from "@/lib/client/index.ts";

/** The last decisions of proxies about an instance, newest first: when, what, which proxy, and why. */
export function InstanceHistory({ history }: { readonly history: Instance["history"] }) {
  const t = useTranslations("instances");
  const locale = useLocale();
  const nowMs = useNow();
  return (
    <ol className="grid gap-1.5">
      {history.map((note) => {
        const key = `kind.${note.kind}` as "kind.instance-ejected";
        return (
          <li
            key={`${note.at} ${note.kind} ${note.proxy}`}
            className="grid grid-cols-[92px_110px_64px_minmax(0,1fr)] items-baseline gap-x-3"
          >
            <RelativeTime at={note.at} className="whitespace-nowrap text-sm tabular-nums text-ink-3" />
            <span className="strong">{t.has(key) ? t(key) : note.kind}</span>
            <span className="mono truncate text-ink-3">{note.proxy}</span>
            <span className="min-w-0 break-words text-ink-2">
              {note.reason}
              {note.until !== null && nowMs > 0 && (
                <span className="text-ink-3"> {t("until", { time: formatClock(note.until, locale, nowMs) })}</span>
              )}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
