"use client";

import { TriangleAlert } from "lucide-react";
import { useTranslations } from "use-intl";
import { useVersionColor } from "@/components/live/use-version-color.ts";
import { formatWeight } from "@/components/ui/format.ts";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { Tag } from "@/components/ui/tag.tsx";
import { VersionSwatch } from "@/components/ui/version-swatch.tsx";
import { isOver, type ReleaseSummary } from "./release-view.ts";
import { JudgeTag, StateTag } from "./state-tag.tsx";

/** What is released, with the colour that it has everywhere. */
export function VersionOf({ release: { service, version } }: { readonly release: Pick<ReleaseSummary, "service" | "version"> }) {
  const colour = useVersionColor(service, version);
  return (
    <>
      <VersionSwatch colour={colour} />
      <span className="truncate font-[580]">{service}</span>
      <span className="mono shrink-0">{version}</span>
    </>
  );
}

/** How it stands, in a few words. */
export function LaneTags({ release }: { readonly release: ReleaseSummary }) {
  const t = useTranslations("releases.radar");
  const { confounds, verdict } = release;
  return (
    <>
      <StateTag state={release.state} />
      {!isOver(release) && <JudgeTag verdict={verdict} />}
      {confounds.length > 0 && (
        <Tag
          tone="warn"
          title={confounds.map(({ because, service }) => t("conflict", { service, because })).join("\n")}
          className="min-w-0 shrink"
        >
          <TriangleAlert aria-hidden className="size-3 shrink-0" strokeWidth={2.2} />
          <span className="sr-only">{t("confused")}</span>
          <span className="truncate">{[...new Set(confounds.map(({ service }) => service))].join(", ")}</span>
        </Tag>
      )}
    </>
  );
}

/** How far it is, or since when it is over. */
export function LaneProgress({ release }: { readonly release: ReleaseSummary }) {
  const t = useTranslations("releases.radar");
  const { movedAt, step, steps, weightBp } = release;
  return (
    <span className="ml-auto shrink-0 text-xs whitespace-nowrap text-ink-3 tabular-nums">
      {isOver(release) ? (
        <RelativeTime at={movedAt} />
      ) : step < 0 ? (
        formatWeight(weightBp)
      ) : (
        t("step", { n: step + 1, of: steps.length, weight: formatWeight(weightBp) })
      )}
    </span>
  );
}
