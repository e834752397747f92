"use client";

import Link from "next/link";
import { useLocale, useTranslations } from "use-intl";
import { useNow } from "@/components/ui/use-now.ts";
import { formatTick } from "./format-tick.ts";
import { LaneProgress, LaneTags, VersionOf } from "./lane-tags.tsx";
import { RadarLane } from "./radar-lane.tsx";
import { type RadarSpan, radarRange } from "./radar-scale.ts";
import { endedAtMs, type ReleaseSummary } from "./release-view.ts";
import { type TimeScale, tickStepMs, ticks, xOf } from "./time-axis.ts";
import { useWidth } from "./use-width.ts";

const LABEL_ROOM = 76;

interface RadarProps {
  readonly releases: readonly ReleaseSummary[];
  readonly span: RadarSpan;
}

/** Every release on one time axis: what was, now, and what is planned. Those that could be taken for one another say so, on both lanes. */
export function Radar({ releases, span }: RadarProps) {
  const t = useTranslations("releases.radar");
  const [frame, width] = useWidth<HTMLDivElement>();
  const nowMs = useNow();
  const scale: TimeScale = { ...radarRange(releases, span, nowMs), width };
  const nowX = xOf(scale, nowMs);
  return (
    <div className="grid grid-cols-[minmax(250px,330px)_minmax(0,1fr)]">
      <div className="border-b border-line" />
      <div className="relative mr-4 h-8 border-b border-line" ref={frame}>
        {width > 0 && nowMs > 0 && <Axis scale={scale} nowMs={nowMs} />}
      </div>
      <ol aria-label={t("label")} className="col-span-2 grid grid-cols-subgrid">
        {releases.map((release) => (
          <li
            key={release.id}
            className="relative col-span-2 grid grid-cols-subgrid border-t border-line first:border-t-0 hover:bg-[color-mix(in_srgb,var(--ink)_3%,transparent)]"
          >
            <LaneLabel release={release} />
            <div className="relative mr-4 h-[68px] overflow-hidden">
              {width > 0 && nowMs > 0 && (
                <>
                  <RadarLane release={release} overlaps={overlapsOf(release, releases, nowMs)} scale={scale} nowMs={nowMs} />
                  <span aria-hidden style={{ left: nowX }} className="pointer-events-none absolute inset-y-0 w-px bg-accent" />
                </>
              )}
            </div>
          </li>
        ))}
      </ol>
    </div>
  );
}

function Axis({ nowMs, scale }: { readonly scale: TimeScale; readonly nowMs: number }) {
  const t = useTranslations("releases.radar");
  const locale = useLocale();
  const nowX = xOf(scale, nowMs);
  const step = tickStepMs(scale, LABEL_ROOM);
  return (
    <div aria-hidden className="text-2xs text-ink-3 tabular-nums">
      {ticks(scale, LABEL_ROOM)
        .filter((at) => Math.abs(xOf(scale, at) - nowX) > 34)
        .map((at) => (
          <span key={at} style={{ left: xOf(scale, at) }} className="absolute bottom-1.5 -translate-x-1/2 whitespace-nowrap">
            {formatTick(at, step, locale)}
          </span>
        ))}
      <span style={{ left: nowX }} className="absolute bottom-1.5 -translate-x-1/2 font-[600] text-accent">
        {t("now")}
      </span>
    </div>
  );
}

function LaneLabel({ release }: { readonly release: ReleaseSummary }) {
  return (
    <div className="grid min-w-0 content-center gap-1 py-2 pr-3 pl-4">
      <Link
        href={`/releases/${encodeURIComponent(release.id)}`}
        className="flex min-w-0 items-center gap-2 after:absolute after:inset-0 after:z-[1]"
      >
        <VersionOf release={release} />
        <LaneProgress release={release} />
      </Link>
      <div className="flex min-w-0 items-center gap-1 overflow-hidden">
        <LaneTags release={release} />
      </div>
    </div>
  );
}

/** Times at which another release could be taken for this one, in ms. */
function overlapsOf(release: ReleaseSummary, all: readonly ReleaseSummary[], nowMs: number): readonly (readonly [number, number])[] {
  const span = ({ createdAt, ...rest }: ReleaseSummary) => [Date.parse(createdAt), endedAtMs(rest) ?? nowMs] as const;
  const [from, to] = span(release);
  return release.confounds.flatMap(({ release: id }) => {
    const other = all.find((each) => each.id === id);
    if (other === undefined) return [];
    const [otherFrom, otherTo] = span(other);
    const [start, end] = [Math.max(from, otherFrom), Math.min(to, otherTo)];
    return end > start ? [[start, end] as const] : [];
  });
}
