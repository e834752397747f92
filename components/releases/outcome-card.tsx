"use client";

import { useQuery } from "@tanstack/react-query";
import { CircleCheck, OctagonX, Undo2 } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { countRequests } from "@/components/rollback/affected-requests.ts";
import { classNames } from "@/components/ui/class-names.ts";
import { formatCount, formatShare, formatWeight } from "@/components/ui/format.ts";
import { useSpan } from "@/components/ui/use-span.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import type { ReleaseView } from "./release-view.ts";

/** Requests that were under way when the weights went back still count. */
const AFTER_MS = 4_000;

const LOOKS = {
  "rolled-back": { Icon: Undo2, frame: "border-[color-mix(in_srgb,var(--bad)_45%,var(--line))] bg-bad-soft", sign: "text-bad" },
  succeeded: { Icon: CircleCheck, frame: "border-[color-mix(in_srgb,var(--ok)_45%,var(--line))] bg-ok-soft", sign: "text-ok" },
  aborted: { Icon: OctagonX, frame: "border-line-2 bg-sunken", sign: "text-ink-3" },
} as const;

/** How a release ended: what was seen, how fast it went, and what it cost; nothing while it is under way. */
export function OutcomeCard({ release }: { readonly release: ReleaseView }) {
  const t = useTranslations("releases.outcome");
  const outcome = outcomeOf(release);
  const { because, state, version, weightBp } = release;
  if (outcome === null || (state !== "rolled-back" && state !== "succeeded" && state !== "aborted")) return null;
  const { Icon, frame, sign } = LOOKS[state];
  const title = state === "rolled-back" && outcome.isBySelf ? t(`by.${release.movedBy}`) : t(state);
  return (
    <section role="status" aria-label={title} data-tour="release-outcome" className={classNames("rounded-3 border px-4 py-3.5", frame)}>
      <div className="flex items-start gap-3">
        <Icon aria-hidden className={classNames("mt-[3px] size-5 shrink-0", sign)} strokeWidth={2.1} />
        <div className="min-w-0 flex-1">
          <p className="text-lg font-[620] tracking-[-0.018em]">{title}</p>
          <p className="text-ink-2">
            {state === "succeeded" ? t("succeededDetail", { version, weight: formatWeight(weightBp) }) : <span lang="en">{because}</span>}
          </p>
        </div>
      </div>
      <dl className="mt-3 flex flex-wrap gap-x-10 gap-y-3 pl-8">
        <Facts release={release} outcome={outcome} />
      </dl>
    </section>
  );
}

function Facts({ outcome, release }: { readonly release: ReleaseView; readonly outcome: Outcome }) {
  const t = useTranslations("releases.outcome");
  const span = useSpan();
  const { endMs, peakBp, startMs, turnedMs } = outcome;
  const failures = useFailures(release, outcome);
  return (
    <>
      {turnedMs !== null && <Fact label={t("caught")} value={span(turnedMs - startMs)} hint={t("caughtHint")} />}
      {turnedMs !== null && <Fact label={t("back")} value={span(endMs - turnedMs)} hint={t("backHint")} />}
      {turnedMs === null && <Fact label={t("took")} value={span(endMs - startMs)} />}
      <Fact label={t("peak")} value={formatWeight(peakBp)} />
      <Fact
        label={t("failed", { version: release.version })}
        hint={t("failedHint")}
        value={failures === null ? "–" : formatCount(failures.version.failed)}
        unit={failures === null ? undefined : t("ofRequests", { n: formatCount(failures.version.requests) })}
      />
      {failures?.baseline && failures.baseline.requests > 0 && (
        <Fact
          label={t("meanwhile", { version: release.baseline ?? "" })}
          value={formatShare(failures.baseline.failed / failures.baseline.requests)}
          unit={t("failedShare")}
        />
      )}
    </>
  );
}

function Fact({
  hint,
  label,
  unit,
  value,
}: {
  readonly label: string;
  readonly value: ReactNode;
  readonly unit?: string | undefined;
  readonly hint?: string;
}) {
  return (
    <div title={hint}>
      <dt className="text-xs text-ink-2">{label}</dt>
      <dd className="tabular-nums">
        <span className="text-xl font-[620] tracking-[-0.02em]">{value}</span>
        {unit && <span className="ml-1.5 text-sm text-ink-2">{unit}</span>}
      </dd>
    </div>
  );
}

/** What the new version, and the one it was compared with, answered while it was released, as the proxies counted it; null until it is known. */
function useFailures({ baseline, id, service, version }: ReleaseView, { endMs, startMs }: Outcome) {
  const toMs = endMs + AFTER_MS;
  const { data } = useQuery({
    queryKey: ["release-failures", id, startMs, endMs],
    queryFn: async ({ signal }) => {
      const count = (name: string) => countRequests(service, [{ version: name, fromMs: startMs, toMs }], signal);
      const [own, other] = await Promise.all([count(version), baseline === null ? null : count(baseline)]);
      return { version: own, baseline: other, isWhole: Date.now() > toMs + AFTER_MS };
    },
    refetchInterval: ({ state }) => (state.data?.isWhole === true ? false : 1000),
  });
  return data ?? null;
}
