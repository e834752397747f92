"use client";

import { useLocale, useTranslations } from "use-intl";
import { useHealthEvents } from "@/components/live/use-mesh.ts";
import { Card } from "@/components/shell/page.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";

const SHOWN_MAX = 12;

/** Leases that expired, proxies that came and went: facts that nobody decided, so they are not in the log. */
export function HealthEvents() {
  const t = useTranslations("activity");
  const events = useHealthEvents();
  if (events.length === 0) return null;
  return (
    <Card title={t("health")} aside={<span className="text-ink-3">{t("healthAside")}</span>}>
      <ol className="grid gap-1.5">
        {events.slice(0, SHOWN_MAX).map((event) => (
          <li key={`${event.at} ${event.kind} ${event.subject}`} className="grid grid-cols-[84px_minmax(0,1fr)]">
            <RelativeTime at={event.at} className="tabular-nums text-ink-3" />
            <EventText event={event} />
          </li>
        ))}
      </ol>
    </Card>
  );
}

/** The engine's sentence; where the language is another one, beneath what kind of event it is. */
function EventText({ event }: { readonly event: ReturnType<typeof useHealthEvents>[number] }) {
  const t = useTranslations("instances.kind");
  const locale = useLocale();
  if (locale === "en") return <span className="text-ink-2">{event.sentence}</span>;
  return (
    <span className="min-w-0 text-ink-2">
      <span className="text-ink">{t(event.kind)}</span> · {event.subject}
      <span lang="en" className="block text-sm text-ink-3">
        {event.sentence}
      </span>
    </span>
  );
}
