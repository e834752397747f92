"use client";

import { ArrowRight } from "lucide-react";
import { useVersionColor } from "@/components/live/use-version-color.ts";
import { classNames } from "@/components/ui/class-names.ts";
import { VersionSwatch } from "@/components/ui/version-swatch.tsx";

/** From one version to another, each in its colour. */
export function VersionMove({
  service,
  from,
  to,
  className,
}: {
  readonly service: string;
  readonly from: string;
  readonly to: string;
  readonly className?: string;
}) {
  return (
    <span className={classNames("inline-flex items-center gap-1.5 whitespace-nowrap", className)}>
      <ColouredVersion service={service} version={from} isCalm />
      <ArrowRight aria-label="→" role="img" className="size-3.5 shrink-0 text-ink-3" />
      <ColouredVersion service={service} version={to} />
    </span>
  );
}

/** A version with its colour beside it. */
export function ColouredVersion({
  service,
  version,
  isCalm,
}: {
  readonly service: string;
  readonly version: string;
  readonly isCalm?: boolean;
}) {
  const colour = useVersionColor(service, version);
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <VersionSwatch colour={colour} className="h-3.5" />
      <span className={classNames("mono", isCalm ? "text-ink-2" : "text-ink")}>{version}</span>
    </span>
  );
}
