"use client";

import { CirclePause, Rocket } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "use-intl";
import { classNames } from "@/components/ui/class-names.ts";
import { formatWeight } from "@/components/ui/format.ts";
import { isBack, type ReleaseSummary } from "./release-view.ts";
import { useReleaseOf } from "./use-releases.ts";

interface MarkProps {
  readonly service: string;
  readonly version: string;
  /** Something else stands on the right of the lane. */
  readonly isLeft: boolean;
}

/** Beside the lane of a version that is being released, whose weight stands there: what the judge says, or what it does instead; leads to the release. */
export function ReleaseMark({ isLeft, service, version }: MarkProps) {
  const release = useReleaseOf(service);
  return release?.version !== version ? null : <Mark release={release} isLeft={isLeft} />;
}

function Mark({ isLeft, release }: { readonly release: ReleaseSummary; readonly isLeft: boolean }) {
  const t = useTranslations("releases");
  const { id, state, verdict, version, weightBp } = release;
  const said = isBack(release) || state === "paused" ? t(`state.${state}`) : t(`verdict.${verdict ?? "inconclusive"}`);
  const word = isBack(release) ? "back" : state === "paused" ? "paused" : (verdict ?? "inconclusive");
  const label = t("mark", { version, weight: formatWeight(weightBp), verdict: said });
  const tone =
    isBack(release) || verdict === "fail"
      ? "border-bad text-bad"
      : state === "paused"
        ? "border-warn text-warn"
        : verdict === "pass"
          ? "border-ok text-ok"
          : "border-accent text-accent";
  const Icon = state === "paused" ? CirclePause : Rocket;
  return (
    <Link
      href={`/releases/${encodeURIComponent(id)}`}
      aria-label={label}
      title={label}
      tabIndex={-1}
      onClick={(event) => event.stopPropagation()}
      className={classNames(
        "nodrag nopan absolute top-[2px] z-10 flex h-[17px] items-center gap-1 rounded-[5px] border bg-panel px-1 text-2xs font-[560] whitespace-nowrap tabular-nums hover:bg-raised",
        isLeft ? "right-full mr-[5px]" : "left-full ml-[5px]",
        tone,
      )}
    >
      <Icon aria-hidden className="size-2.5" strokeWidth={2.4} />
      {t(`markWord.${word}`)}
    </Link>
  );
}
