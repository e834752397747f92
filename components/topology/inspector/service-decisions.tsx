"use client";

import { useTranslations } from "use-intl";
import { useShallow } from "zustand/react/shallow";
import { useLive } from "@/components/live/use-live.ts";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { InspectorSection } from "./inspector-frame.tsx";

const SHOWN_MAX = 6;

/** What proxies decided about the service lately, each with its reason: ejections, returns, breakers, failover, shedding. Nothing where they decided nothing. */
export function ServiceDecisions({ service }: { readonly service: string }) {
  const t = useTranslations("topology.inspector");
  const events = useLive(
    useShallow((state) => state.healthEvents.filter((event) => event.service === service && event.proxy !== undefined).slice(0, SHOWN_MAX)),
  );
  if (events.length === 0) return null;
  return (
    <InspectorSection title={t("decisions")}>
      <ol className="grid gap-2">
        {events.map((event) => (
          <li key={`${event.at} ${event.kind} ${event.subject}`} className="grid grid-cols-[72px_minmax(0,1fr)] gap-x-2">
            <RelativeTime at={event.at} className="whitespace-nowrap text-sm tabular-nums text-ink-3" />
            <span className="min-w-0 break-words text-ink-2">{event.sentence}</span>
          </li>
        ))}
      </ol>
    </InspectorSection>
  );
}
