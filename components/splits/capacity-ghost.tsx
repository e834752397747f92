"use client";

import { useTranslations } from "use-intl";
import { useServiceFigures } from "@/components/live/use-service-figures.ts";
import { useService } from "@/components/live/use-services.ts";
import { useVersionColors } from "@/components/live/use-version-color.ts";
import { formatRate, formatShare } from "@/components/ui/format.ts";
import { boundaryAt, type Segment } from "./split-bounds.ts";

/** How much of the present traffic a version could carry, where its capacity is known: a line each, so that nothing moves when the traffic does. */
export function CapacityGhost({ service, segments }: { readonly service: string; readonly segments: readonly Segment[] }) {
  const t = useTranslations("splits.bar");
  const registered = useService(service);
  const figures = useServiceFigures(service);
  const colors = useVersionColors(service);
  if (!registered) return null;
  const rps = figures?.rps ?? 0;
  const limited = registered.versions.flatMap((entry) => {
    const index = segments.findIndex((segment) => segment.version === entry.version);
    if (index < 0 || entry.capacityRps === undefined) return [];
    return [{ ...entry, index, share: entry.ready === 0 || rps <= 0 ? 1 : Math.min(1, entry.capacityRps / rps) }];
  });
  return limited.map((entry) => {
    if (entry.share >= 1) return <Spare key={entry.version} {...entry} capacityRps={entry.capacityRps ?? 0} isIdle={rps <= 0} />;
    const end = boundaryAt(segments, entry.index + 1);
    const start = entry.index === 0 ? 0 : Math.max(0, end / 10_000 - entry.share);
    return (
      <div key={entry.version} className="relative mt-[5px]">
        <div
          aria-hidden
          style={{
            marginLeft: `${start * 100}%`,
            width: `${entry.share * 100}%`,
            background: `repeating-linear-gradient(90deg, ${colors.get(entry.version)} 0 3px, transparent 3px 6px)`,
          }}
          className="h-[4px] rounded-full opacity-60"
        />
        <p className="mt-0.5 text-right text-[11px] leading-[15px] text-ink-3">
          {t("capacity", { version: entry.version, share: formatShare(entry.share), rate: formatRate(rps), ready: entry.ready })}
        </p>
      </div>
    );
  });
}

interface SpareProps {
  readonly version: string;
  readonly ready: number;
  readonly capacityRps: number;
  /** There is no traffic that it could carry all of. */
  readonly isIdle: boolean;
}

/** Where nothing limits the split: what the version could carry, in words alone. */
function Spare({ capacityRps, isIdle, ready, version }: SpareProps) {
  const t = useTranslations("splits.bar");
  const values = { version, ready, rate: formatRate(capacityRps) };
  return (
    <p className="mt-[5px] truncate text-right text-[11px] leading-[15px] text-ink-3">
      {ready === 0 ? t("capacityNotReady", values) : isIdle ? t("capacityIdle", values) : t("capacityAll", values)}
    </p>
  );
}
