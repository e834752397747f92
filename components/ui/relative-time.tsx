"use client";

import { useLocale, useTranslations } from "use-intl";
import { useNow } from "./use-now.ts";

/** How long ago something was, in words; never more than it is, so that it and what is left add up to no more than the whole. */
export function useAgo(): (ms: number) => string {
  const t = useTranslations("common");
  return (ms) => {
    const seconds = Math.max(0, Math.floor(ms / 1000));
    if (seconds < 2) return t("justNow");
    if (seconds < 90) return t("ago.seconds", { n: seconds });
    if (seconds < 90 * 60) return t("ago.minutes", { n: Math.floor(seconds / 60) });
    if (seconds < 36 * 3600) return t("ago.hours", { n: Math.floor(seconds / 3600) });
    return t("ago.days", { n: Math.floor(seconds / 86_400) });
  };
}

/** A moment as it stands on the operator's clock: time alone for today, with the day otherwise. */
export function formatClock(at: string | number, locale: string, nowMs: number): string {
  const date = new Date(at);
  const sameDay = new Date(nowMs).toDateString() === date.toDateString();
  const time = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const;
  return new Intl.DateTimeFormat(locale, sameDay ? time : { day: "numeric", month: "short", ...time }).format(date);
}

/** A moment, relative and counting on; the absolute time on hover and for machines. */
export function RelativeTime({ at, className }: { readonly at: string; readonly className?: string }) {
  const nowMs = useNow();
  const ago = useAgo();
  const locale = useLocale();
  const absolute = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "long" }).format(new Date(at));
  return (
    <time dateTime={at} title={absolute} className={className} suppressHydrationWarning>
      {nowMs === 0 ? "" : ago(nowMs - Date.parse(at))}
    </time>
  );
}
