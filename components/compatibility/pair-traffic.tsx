"use client";

import { useTranslations } from "use-intl";
import { useVersionEdges } from "@/components/live/use-edge.ts";
import { useLive } from "@/components/live/use-live.ts";
import { Basis } from "@/components/ui/figure.tsx";
import { formatErrorRate, formatMs, formatRate } from "@/components/ui/format.ts";
import type { CompatibilityCell } from "@/lib/client/index.ts";

interface PairTrafficProps {
  readonly consumer: string;
  readonly provider: string;
  readonly cell: CompatibilityCell;
}

/** The requests that meet a pair now, or why there are none. */
export function PairTraffic({ consumer, provider, cell }: PairTrafficProps) {
  const t = useTranslations("compatibility.pair");
  const windowMs = useLive((state) => state.windowMs);
  const lanes = useLive((state) => state.services);
  const edge = useVersionEdges(consumer, provider).find(
    (each) => each.from.version === cell.consumerVersion && each.to.version === cell.providerVersion,
  );
  const isIdle = (service: string, version: string) =>
    (lanes.get(service)?.versions.find((lane) => lane.version === version)?.weightBp ?? 0) === 0;
  const idle = [
    ...(isIdle(consumer, cell.consumerVersion) ? [`${consumer} ${cell.consumerVersion}`] : []),
    ...(isIdle(provider, cell.providerVersion) ? [`${provider} ${cell.providerVersion}`] : []),
  ];
  return (
    <div className="mt-2.5 border-t border-line pt-3">
      <h3 className="flex items-baseline gap-2">
        {t("traffic")}
        {edge && edge.requests > 0 && <Basis windowMs={windowMs} requests={edge.requests} className="text-xs font-normal" />}
      </h3>
      {edge && edge.requests > 0 ? (
        <dl className="mt-2 grid grid-cols-3 gap-2">
          <Measure label={t("rate")} value={formatRate(edge.rps)} />
          <Measure label={t("errors")} value={formatErrorRate(edge.errorRate)} />
          <Measure label={t("p99")} value={edge.p99Ms === null ? null : formatMs(edge.p99Ms)} />
        </dl>
      ) : (
        <p className="mt-1 text-ink-2">
          {t("noTraffic")}{" "}
          {cell.traffic.live ? t("bothLive") : idle.length > 0 ? t("notLive", { versions: idle.join(", "), n: idle.length }) : ""}
        </p>
      )}
    </div>
  );
}

function Measure({ label, value }: { readonly label: string; readonly value: string | null }) {
  return (
    <div>
      <dt className="text-xs text-ink-3">{label}</dt>
      <dd className="text-md font-[560] tabular-nums">{value ?? "–"}</dd>
    </div>
  );
}
