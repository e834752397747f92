"use client";

import { Check, ChevronDown, LoaderCircle, MapPin } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useEffect, useState } from "react";
import { useTranslations } from "use-intl";
import { useStore } from "zustand";
import { useTopologyShape } from "@/components/live/use-mesh.ts";
import { useSplit } from "@/components/live/use-split.ts";
import { useReleases } from "@/components/releases/use-releases.ts";
import { refusalStore } from "@/components/splits/refusal-store.ts";
import { Button, buttonClass } from "@/components/ui/button.tsx";
import { classNames } from "@/components/ui/class-names.ts";
import { formatWeight } from "@/components/ui/format.ts";
import { TourPointer } from "./tour-pointer.tsx";
import { isDemoMesh, TOUR_STEPS, type TourProgress, type TourStep, tourProgress } from "./tour-steps.ts";
import { endTour, nextTourStep, resumeTour, TOUR_LENGTH, tourStore } from "./tour-store.ts";

/** Three steps through the loop on the demo mesh, on real traffic. Shown once unless asked for; it lies beside the work, never over it. */
export function Tour() {
  const step = useStore(tourStore, (state) => state.step);
  const isDemo = isDemoMesh(useTopologyShape().services);
  useEffect(() => {
    if (isDemo) resumeTour();
  }, [isDemo]);
  const key = step === null ? undefined : TOUR_STEPS[step];
  if (step === null || key === undefined || !isDemo) return null;
  return <OpenTour key={key} place={step} step={key} />;
}

interface OpenProps {
  readonly place: number;
  readonly step: TourStep;
}

function OpenTour({ place, step }: OpenProps) {
  const t = useTranslations("tour");
  const [isSmall, setSmall] = useState(false);
  const progress = useProgress(step);
  const isLast = place === TOUR_LENGTH - 1;
  const isDone = progress.state === "done";
  if (isSmall) {
    return (
      <Button size="small" className="fixed bottom-[60px] left-[212px] z-54 shadow-raised" onClick={() => setSmall(false)}>
        <MapPin aria-hidden />
        {t("open", { n: place + 1 })}
        {isDone && <Check aria-hidden className="text-ok" />}
      </Button>
    );
  }
  return (
    <>
      {!isDone && <TourPointer target={progress.target} />}
      <aside
        aria-label={t("title")}
        className="fixed bottom-[60px] left-[212px] z-54 w-[340px] max-w-[calc(100vw-232px)] animate-rise rounded-3 border border-line-2 bg-raised shadow-raised"
      >
        <div className="flex items-center gap-2 px-4 pt-3">
          <div className="flex gap-1" aria-hidden>
            {TOUR_STEPS.map((each, index) => (
              <span key={each} className={classNames("h-1 w-6 rounded-full", index <= place ? "bg-accent" : "bg-line-2")} />
            ))}
          </div>
          <span className="ml-auto text-xs text-ink-3">{t("step", { n: place + 1 })}</span>
          <Button kind="ghost" size="icon-small" aria-label={t("small")} onClick={() => setSmall(true)}>
            <ChevronDown aria-hidden />
          </Button>
        </div>
        <div className="grid gap-1 px-4 py-2.5">
          <h2>{t(`${step}.title`)}</h2>
          <p className="text-ink-2">{t(`${step}.body`, { version: progress.subject.version })}</p>
          <Said step={step} progress={progress} />
        </div>
        <div className="flex items-center gap-2 border-t border-line px-4 py-2.5">
          <ShowMe progress={progress} />
          <Button size="small" kind={isDone ? "primary" : "default"} onClick={nextTourStep}>
            {isLast ? t("done") : isDone ? t("next") : t("skip")}
          </Button>
          <Button size="small" kind="ghost" className="ml-auto" onClick={endTour}>
            {t("dismiss")}
          </Button>
        </div>
      </aside>
    </>
  );
}

/** Leads to the control, where one is not there already. */
function ShowMe({ progress: { href, state } }: { readonly progress: TourProgress }) {
  const t = useTranslations("tour");
  const path = usePathname();
  const isForm = href.includes("new=");
  if (path === href) return null;
  return (
    <Link href={href} className={buttonClass({ kind: state === "done" ? "default" : "primary", size: "small" })}>
      {isForm ? t("prepare") : t("show")}
    </Link>
  );
}

/** What is happening right now, or that it is done and how it went. */
function Said({ progress: { release, state, subject }, step }: { readonly progress: TourProgress; readonly step: TourStep }) {
  const t = useTranslations("tour");
  const releases = useTranslations("releases");
  if (state === "todo") return null;
  const values = { version: subject.version, weight: formatWeight(release?.weightBp ?? 0) };
  if (state === "done") {
    return (
      <p role="status" className="mt-1 flex items-start gap-1.5 text-sm text-ok">
        <Check aria-hidden className="mt-[2px] size-3.5 shrink-0" strokeWidth={2.4} />
        {t(`${step}.done`, values)}
      </p>
    );
  }
  const judged =
    release?.state === "running"
      ? releases(`verdict.${release.verdict ?? "inconclusive"}`)
      : releases(`state.${release?.state ?? "pending"}`);
  return (
    <p role="status" className="mt-1 flex items-start gap-1.5 text-sm tabular-nums">
      <LoaderCircle aria-hidden className="mt-[2px] size-3.5 shrink-0 animate-spin text-accent" />
      {t("doing", { ...values, judged })}
    </p>
  );
}

function useProgress(step: TourStep): TourProgress {
  const sinceMs = useStore(tourStore, (state) => state.sinceMs);
  const refused = useStore(refusalStore);
  const releases = useReleases().data?.items ?? [];
  const weights = useSplit("users")?.weights ?? {};
  return tourProgress(step, { sinceMs, releases, weights, refused });
}
