"use client";

import { Gauge, TriangleAlert } from "lucide-react";
import { useTranslations } from "use-intl";
import { ShiftAnswer } from "@/components/compatibility/shift-answer.tsx";
import { useServices } from "@/components/live/use-services.ts";
import { formatWeight } from "@/components/ui/format.ts";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import { Skeleton } from "@/components/ui/states.tsx";
import { useExactSpan, useSpan } from "@/components/ui/use-span.ts";
import type { Version as VersionName } from "@/lib/model/index.ts";
import { weightsAt } from "@/lib/release/index.ts";
import { outrunAfterMs } from "./outrun.ts";
import type { ReleaseQuestion } from "./release-question.ts";
import type { useReleasePreview } from "./use-releases.ts";
import { useStrategies } from "./use-strategies.ts";

interface ForecastProps {
  readonly question: ReleaseQuestion;
  readonly preview: ReturnType<typeof useReleasePreview>;
  readonly refused: Error | null;
  /** Takes another strategy. */
  readonly onStrategy: (name: string) => void;
}

/** The strategy that goes on once its first step is proven safe. */
const JUDGED = "judged";

/** What starting it would mean: why it is refused, or how soon harm would show and what it would cost, and whether the pairs that meet work. */
export function ReleaseForecast({ onStrategy, preview, question, refused }: ForecastProps) {
  const t = useTranslations("newRelease");
  if (refused) return <ProblemList error={refused} title={t("refused")} />;
  const release = preview.data;
  if (!release) return <Skeleton className="h-16" />;
  const first = release.steps.find(({ weightBp }) => weightBp > 0);
  return (
    <>
      {release.forecast && (
        <p className="flex items-start gap-2.5 rounded-2 bg-sunken px-3.5 py-3">
          <Gauge aria-hidden className="mt-0.5 size-4 shrink-0 text-accent" />
          <span lang="en">{release.forecast.sentence}</span>
        </p>
      )}
      <Outrun release={release} onStrategy={onStrategy} />
      {[...(release.notes ?? []), ...release.confounds.map(({ because, service }) => t("confound", { service, because }))].map((note) => (
        <p key={note} className="flex items-start gap-2 text-sm text-warn">
          <TriangleAlert aria-hidden className="mt-[3px] size-3.5 shrink-0" />
          {note}
        </p>
      ))}
      {first && <Meets question={question} weightBp={first.weightBp} />}
    </>
  );
}

/** That all traffic would go to the version before anybody can know that it is safe, and the strategy that waits for it. */
function Outrun({
  onStrategy,
  release,
}: Pick<ForecastProps, "onStrategy"> & { readonly release: NonNullable<ForecastProps["preview"]["data"]> }) {
  const t = useTranslations("newRelease");
  const span = useSpan();
  const exactly = useExactSpan();
  const hasJudged = useStrategies().items.some(({ name }) => name === JUDGED);
  const passMs = release.forecast?.ms ?? null;
  // A harm budget makes its steps as it goes, by the harm it sees.
  const afterMs = release.strategy.kind === "harm-budget" ? null : outrunAfterMs(release.steps, passMs);
  if (afterMs === null || passMs === null) return null;
  return (
    <p className="flex items-start gap-2 text-sm text-warn">
      <TriangleAlert aria-hidden className="mt-[3px] size-3.5 shrink-0" />
      <span>
        {afterMs === 0 ? t("outrunNow", { pass: span(passMs) }) : t("outrun", { after: exactly(afterMs), pass: span(passMs) })}{" "}
        {hasJudged && (
          <button type="button" onClick={() => onStrategy(JUDGED)} className="text-accent hover:underline">
            {t("useJudged", { name: JUDGED })}
          </button>
        )}
      </span>
    </p>
  );
}

/** Whether the versions that would meet at its first step are known to work together. */
function Meets({ question: { service: name, version }, weightBp }: { readonly question: ReleaseQuestion; readonly weightBp: number }) {
  const t = useTranslations("newRelease");
  const service = useServices().find((each) => each.name === name);
  if (!service) return null;
  const weights = weightsAt({ start: service.weights, version: version as VersionName }, weightBp);
  return (
    <section className="grid gap-2" aria-label={t("shift", { weight: formatWeight(weightBp) })}>
      <h3 className="text-sm font-[540] text-ink-2">{t("shift", { weight: formatWeight(weightBp) })}</h3>
      <ShiftAnswer question={[{ service: name, weights }]} />
    </section>
  );
}
