"use client";

import { useTranslations } from "use-intl";
import { useSplit } from "@/components/live/use-split.ts";
import { useVersionColors } from "@/components/live/use-version-color.ts";
import { formatShare } from "@/components/ui/format.ts";
import { observedBoundaries } from "./observed-boundaries.ts";
import type { Segment } from "./split-bounds.ts";

/** What the proxies really sent, beneath what was asked of them; the band at each boundary is the 95 % interval. */
export function ObservedStrip({ service, segments }: { readonly service: string; readonly segments: readonly Segment[] }) {
  const t = useTranslations("splits.bar");
  const split = useSplit(service);
  const colors = useVersionColors(service);
  const observed = split?.observed;
  let from = 0;
  const pieces = segments.map(({ version }) => {
    const share = observed?.versions[version]?.share ?? 0;
    const piece = { version, from, share };
    from += share;
    return piece;
  });
  const bands = observedBoundaries(
    segments.map((segment) => segment.version),
    observed,
  );
  const label = pieces
    .filter((piece) => piece.share > 0)
    .map((piece) => `${piece.version} ${formatShare(piece.share)}`)
    .join(", ");
  return (
    <div
      role="img"
      aria-label={`${t("observed")}: ${label || "–"}`}
      className="relative mt-[4px] h-[5px] overflow-hidden rounded-full bg-sunken"
    >
      {pieces.map((piece) => (
        <span
          key={piece.version}
          style={{ left: `${piece.from * 100}%`, width: `${piece.share * 100}%`, background: colors.get(piece.version) }}
          className="absolute inset-y-[1px] opacity-75 transition-[left,width] duration-180 ease-settle"
        />
      ))}
      {bands.map((band) => (
        <span
          key={band.version}
          style={{ left: `${band.low * 100}%`, width: `${(band.high - band.low) * 100}%` }}
          className="absolute inset-y-0 min-w-[2px] rounded-full bg-[color-mix(in_srgb,var(--ink)_55%,transparent)] transition-[left,width] duration-180 ease-settle"
        />
      ))}
    </div>
  );
}
