"use client";

import { useTranslations } from "use-intl";
import { useSplit } from "@/components/live/use-split.ts";
import { useVersionColors } from "@/components/live/use-version-color.ts";
import { formatShare } from "@/components/ui/format.ts";
import type { Segment } from "./split-bounds.ts";

/** What the proxies really sent, beneath what was asked of them; the band at each boundary is the 95 % interval. */
export function ObservedStrip({ service, segments }: { readonly service: string; readonly segments: readonly Segment[] }) {
  const t = useTranslations("splits.bar");
  const split = useSplit(service);
  const colors = useVersionColors(service);
  const observed = split?.observed;
  let from = 0;
  const pieces = segments.map(({ version }) => {
    const measured = observed?.versions[version];
    const share = measured?.share ?? 0;
    const piece = { version, from, share, low: measured?.low ?? share, high: measured?.high ?? share };
    from += share;
    return piece;
  });
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
      {pieces.slice(1).map((piece) => {
        const half = (piece.high - piece.low) / 2;
        if (piece.share === 0 || half <= 0) return null;
        return (
          <span
            key={piece.version}
            style={{ left: `${(piece.from - half) * 100}%`, width: `${half * 200}%` }}
            className="absolute inset-y-0 min-w-[2px] rounded-full bg-[color-mix(in_srgb,var(--ink)_55%,transparent)] transition-[left,width] duration-180 ease-settle"
          />
        );
      })}
    </div>
  );
}
