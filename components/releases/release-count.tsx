"use client";

import { useTranslations } from "use-intl";
import { isOver } from "./release-view.ts";
import { useFollowReleases, useReleases } from "./use-releases.ts";

/** In the navigation: how many releases are under way. */
export function ReleaseCount() {
  const t = useTranslations("releases");
  useFollowReleases();
  const running = (useReleases().data?.items ?? []).filter((release) => !isOver(release)).length;
  if (running === 0) return null;
  return (
    <span
      role="img"
      aria-label={t("runningMark", { n: running })}
      title={t("runningMark", { n: running })}
      className="ml-auto text-xs font-semibold text-accent tabular-nums"
    >
      {running}
    </span>
  );
}
