"use client";

import { useLocale, useTranslations } from "use-intl";
import { useNow } from "@/components/ui/use-now.ts";
import { type FreezeWeek, freezeWeeks, utcText } from "./freeze-weeks.ts";
import type { Freeze } from "./use-governance.ts";

const WEEKS = 5;
const DAY_MS = 86_400_000;
/** Height of the dates, and of one lane. */
const HEAD_PX = 18;
const LANE_PX = 17;
/** Days that are over recede, so that they are not taken for days to come. */
const PAST = "bg-[repeating-linear-gradient(135deg,transparent_0_4px,var(--line)_4px_5px)] text-ink-3";
const DAYS = [0, 1, 2, 3, 4, 5, 6] as const;

/** Five weeks, each a strip from Monday to Sunday, with the times that are frozen. */
export function FreezeStrip({ freezes }: { readonly freezes: readonly Freeze[] }) {
  const t = useTranslations("governance.freezes");
  const locale = useLocale();
  const nowMs = useNow();
  if (nowMs === 0) return <div className="h-[190px]" />;
  const weeks = freezeWeeks(freezes, nowMs, WEEKS);
  const weekday = new Intl.DateTimeFormat(locale, { weekday: "short", timeZone: "UTC" });
  return (
    <div className="px-4 pb-3">
      <table className="w-full table-fixed border-separate border-spacing-0" aria-label={t("calendar", { n: WEEKS })}>
        <thead>
          <tr>
            {DAYS.map((day) => (
              <th key={day} scope="col" className="pb-1 text-left text-2xs font-[520] text-ink-3">
                {weekday.format((weeks[0]?.startMs ?? 0) + day * DAY_MS)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <tr key={week.startMs}>
              <td colSpan={7} className="p-0">
                <Week week={week} locale={locale} nowMs={nowMs} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="mt-1.5 text-2xs text-ink-3">{t("calendar", { n: WEEKS })}</p>
    </div>
  );
}

function Week({ locale, nowMs, week }: { readonly week: FreezeWeek; readonly locale: string; readonly nowMs: number }) {
  const t = useTranslations("governance.freezes");
  const date = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: "UTC" });
  return (
    <div style={{ height: HEAD_PX + week.lanes * LANE_PX }} className="relative border-t border-line bg-sunken">
      <div aria-hidden className="absolute inset-0 grid grid-cols-7">
        {DAYS.map((day) => (
          <span
            key={day}
            className={`border-l border-line pl-1 pt-px text-2xs leading-[13px] first:border-l-0 ${
              week.startMs + (day + 1) * DAY_MS <= nowMs ? PAST : "text-ink-2"
            }`}
          >
            {date.format(week.startMs + day * DAY_MS)}
          </span>
        ))}
      </div>
      {week.parts.map(({ fromMs, holds, id, lane, length, name, start, untilMs }) => (
        <span
          key={`${id} ${fromMs}`}
          title={`${name}: ${t("span", { from: utcText(fromMs), until: utcText(untilMs) })}`}
          style={{ top: HEAD_PX + lane * LANE_PX - 2, left: `${start * 100}%`, width: `max(4px, ${length * 100}%)` }}
          className={`absolute h-[15px] truncate rounded-[3px] px-1 text-2xs leading-[15px] ${
            holds
              ? "bg-warn-soft text-warn shadow-[inset_0_0_0_1px_var(--warn)]"
              : "bg-accent-soft text-ink shadow-[inset_0_0_0_1px_var(--accent)]"
          }`}
        >
          {name}
        </span>
      ))}
      {week.now !== null && (
        <span style={{ left: `${week.now * 100}%` }} className="absolute inset-y-0 w-px bg-bad">
          <span
            className={`absolute bottom-px whitespace-nowrap rounded-[3px] bg-bad-soft px-[3px] text-2xs leading-[13px] text-bad ${week.now > 0.93 ? "right-px" : "left-px"}`}
          >
            {t("now")}
          </span>
        </span>
      )}
    </div>
  );
}
