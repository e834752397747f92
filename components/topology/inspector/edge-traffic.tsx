"use client";

import { Ban } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import type { ServiceEdge } from "@/components/live/service-edge.ts";
import { useLive } from "@/components/live/use-live.ts";
import { Figure } from "@/components/ui/figure.tsx";
import { formatCount, formatErrorRate, formatMs, formatRate, formatShare } from "@/components/ui/format.ts";
import { deniedRate } from "../canvas/edge-label-text.ts";
import { InspectorSection } from "./inspector-frame.tsx";

/** What goes over an edge, what is refused on it, and what it took beyond the first attempt; copies apart. */
export function EdgeTraffic({ edge }: { readonly edge: ServiceEdge }) {
  const t = useTranslations("topology.inspector");
  const common = useTranslations("common");
  const windowMs = useLive((state) => state.windowMs);
  const { denied, failovers, health, mirrored, requests, retries } = edge;
  const basis = { requests, windowMs };
  const tone = health === "bad" || health === "warn" ? health : undefined;
  return (
    <InspectorSection
      title={t("traffic")}
      aside={t("window", { seconds: Math.round(windowMs / 1000), n: requests, count: formatCount(requests) })}
    >
      <dl className="grid grid-cols-3 gap-3">
        <Stat label={common("requestsPerSecond")}>
          <Figure value={formatRate(edge.rps)} {...basis} />
        </Stat>
        <Stat label={common("errors")}>
          <Figure value={formatErrorRate(edge.errorRate)} {...basis} tone={tone} missing="–" />
        </Stat>
        <Stat label={common("p99")}>
          <Figure value={edge.p99Ms === null ? null : formatMs(edge.p99Ms)} {...basis} missing="–" />
        </Stat>
        <Stat label={t("denied")}>
          <Figure
            value={`${formatRate(deniedRate(denied, windowMs))}`}
            unit={t("unitPerSecond")}
            {...basis}
            tone={denied > 0 ? "bad" : undefined}
          />
        </Stat>
        <Stat label={t("retries")}>
          <Figure value={requests === 0 ? null : formatCount(retries)} {...basis} tone={retries > 0 ? "warn" : undefined} missing="–" />
        </Stat>
        <Stat label={t("failovers")}>
          <Figure value={requests === 0 ? null : formatCount(failovers)} {...basis} tone={failovers > 0 ? "warn" : undefined} missing="–" />
        </Stat>
      </dl>
      {denied > 0 && (
        <p className="mt-2.5 flex items-start gap-1.5 text-bad">
          <Ban aria-hidden className="mt-[3px] size-3 shrink-0" strokeWidth={2.2} />
          {requests > 0 ? t("deniedShare", { share: formatShare(Math.min(1, denied / requests)) }) : t("deniedAll")}
        </p>
      )}
      {mirrored > 0 && <p className="mt-2 text-ink-2">{t("mirrored", { rate: formatRate(mirrored) })}</p>}
    </InspectorSection>
  );
}

function Stat({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="grid gap-0.5">
      <dt className="text-xs text-ink-3">{label}</dt>
      <dd className="text-lg font-[560]">{children}</dd>
    </div>
  );
}
