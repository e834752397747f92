"use client";

import { ArrowRight, Rocket } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "use-intl";
import { classNames } from "@/components/ui/class-names.ts";
import { formatWeight } from "@/components/ui/format.ts";
import { JudgeTag, StateTag } from "./state-tag.tsx";
import { useReleaseOf } from "./use-releases.ts";

/** The release of a service that is under way, in a line that leads to it; nothing where there is none. */
export function ReleaseLine({ isCard, service }: { readonly service: string; readonly isCard?: boolean }) {
  const t = useTranslations("releases");
  const release = useReleaseOf(service);
  if (release === null) return null;
  const { id, state, step, steps, verdict, version, weightBp } = release;
  return (
    <Link
      href={`/releases/${encodeURIComponent(id)}`}
      title={t("lineOpen")}
      className={classNames(
        "flex flex-wrap items-center gap-x-2.5 gap-y-1.5 px-4 py-2.5 hover:bg-accent-soft",
        isCard ? "card" : "border-b border-line",
      )}
    >
      <Rocket aria-hidden className="size-4 shrink-0 text-accent" />
      <span className="font-[560]">{t("line", { version })}</span>
      {state === "running" ? <JudgeTag verdict={verdict} /> : <StateTag state={state} />}
      <span className="text-ink-2 tabular-nums">
        {step < 0 ? formatWeight(weightBp) : t("radar.step", { n: step + 1, of: steps.length, weight: formatWeight(weightBp) })}
      </span>
      <ArrowRight aria-hidden className="ml-auto size-3.5 text-ink-3" />
    </Link>
  );
}
