"use client";

import Link from "next/link";
import { useTranslations } from "use-intl";
import { isOver } from "@/components/releases/release-view.ts";
import { useReleases } from "@/components/releases/use-releases.ts";

/** How many releases are under way, and the way to them; nothing while none is. */
export function ReleaseStat() {
  const t = useTranslations("releases");
  const active = (useReleases().data?.items ?? []).filter((release) => !isOver(release)).length;
  if (active === 0) return null;
  return (
    <Link
      href="/releases"
      title={t("runningMark", { n: active })}
      className="-mx-1.5 flex shrink-0 items-baseline gap-[7px] whitespace-nowrap rounded-1 px-1.5 tabular-nums hover:bg-[color-mix(in_srgb,var(--ink)_5%,transparent)] max-[1280px]:hidden"
    >
      <span className="text-ink-2">{t("title")}</span>
      <b className="strong text-accent">{active}</b>
    </Link>
  );
}
