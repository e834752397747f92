"use client";

import { useQuery } from "@tanstack/react-query";
import { CircleCheck, LoaderCircle, X } from "lucide-react";
import { useEffect } from "react";
import { useTranslations } from "use-intl";
import { useStore } from "zustand";
import { useLive } from "@/components/live/use-live.ts";
import { useTopologyService } from "@/components/live/use-service-figures.ts";
import { useSplit } from "@/components/live/use-split.ts";
import { useIsStale } from "@/components/live/use-stream-status.ts";
import { Button } from "@/components/ui/button.tsx";
import { formatCount, formatRate, formatSpan } from "@/components/ui/format.ts";
import type { Split } from "@/lib/client/index.ts";
import { countRequests } from "./affected-requests.ts";
import { type RunningRollback, rollbackStore } from "./rollback-store.ts";
import { losers } from "./weight-moves.ts";

/** Below this rate the mean over the window has run out, as far as counts can tell. */
const SILENT_RPS = 0.005;

/** Watches a rollback on every page until measured traffic on what was left is zero, then says how long it took and what failed. */
export function RollbackStrip() {
  const running = useStore(rollbackStore, (state) => state.running);
  return running ? <Watched key={`${running.service} ${running.changeId}`} running={running} /> : null;
}

function Watched({ running }: { readonly running: RunningRollback }) {
  const t = useTranslations("rollback.strip");
  const split = useSplit(running.service);
  const measured = useTopologyService(running.service);
  const windowMs = useLive((state) => state.windowMs);
  const isStale = useIsStale();
  const leaving = losers(running.from, running.to, { entirely: true });
  const rate = (measured?.versions ?? []).filter((lane) => leaving.includes(lane.version)).reduce((sum, lane) => sum + lane.rps, 0);
  useAcceptance(running, split);

  const acceptedAtMs = running.acceptedAtMs;
  const isDone = acceptedAtMs !== null && (running.finishedAtMs !== null || (!isStale && rate < SILENT_RPS));
  useEffect(() => {
    if (isDone && running.finishedAtMs === null) rollbackStore.setState({ running: { ...running, finishedAtMs: Date.now() } });
  }, [isDone, running]);

  const versions = leaving.join(", ") || t("none");
  return (
    <section
      role="status"
      data-rollback-state={isDone ? "done" : acceptedAtMs === null ? "accepting" : "draining"}
      className="fixed left-[calc(50%+100px)] top-[58px] z-30 flex max-w-[calc(100vw-240px)] -translate-x-1/2 animate-rise items-center gap-3 rounded-3 border border-line-2 bg-raised py-2 pl-3.5 pr-2 shadow-raised"
    >
      {isDone ? (
        <CircleCheck aria-hidden className="size-4 shrink-0 text-ok" />
      ) : (
        <LoaderCircle aria-hidden className="size-4 shrink-0 animate-spin text-accent" />
      )}
      {isDone && acceptedAtMs !== null ? (
        <>
          <b className="font-semibold" title={t("doneHint", { versions })}>
            {t("done", { service: running.service, span: formatSpan(acceptedAtMs - running.startedAtMs) })}
          </b>
          <Outcome running={running} acceptedAtMs={acceptedAtMs} split={split} versions={versions} leaving={leaving} />
        </>
      ) : (
        <>
          <b className="font-semibold">{t("title", { service: running.service })}</b>
          <span className="tabular-nums text-ink-2" title={t("window", { seconds: Math.round(windowMs / 1000) })}>
            {isStale
              ? t("stale")
              : acceptedAtMs === null
                ? t("accepting", { acknowledged: acknowledgedOf(running, split), proxies: split?.accepted.proxies ?? 0 })
                : t("draining", { rate: formatRate(rate), versions })}
          </span>
        </>
      )}
      <Button kind="ghost" size="icon-small" aria-label={t("dismiss")} onClick={() => rollbackStore.setState({ running: null })}>
        <X aria-hidden />
      </Button>
    </section>
  );
}

function acknowledgedOf(running: RunningRollback, split: Split | null): number {
  return split && split.accepted.rev >= running.rev ? split.accepted.acknowledged : 0;
}

/** Notes when the last proxy accepted, where the engine's answer came before that. */
function useAcceptance(running: RunningRollback, split: Split | null): void {
  const isAccepted = split !== null && split.accepted.proxies > 0 && acknowledgedOf(running, split) >= split.accepted.proxies;
  useEffect(() => {
    if (isAccepted && running.acceptedAtMs === null) rollbackStore.setState({ running: { ...running, acceptedAtMs: Date.now() } });
  }, [isAccepted, running]);
}

interface OutcomeProps {
  readonly running: RunningRollback;
  readonly acceptedAtMs: number;
  readonly split: Split | null;
  readonly versions: string;
  readonly leaving: readonly string[];
}

/** Requests since the change: how many went astray, how many failed. The observed split starts anew with each change, so its counts are just these. */
function Outcome({ running, acceptedAtMs, split, versions, leaving }: OutcomeProps) {
  const t = useTranslations("rollback.strip");
  const { data: since } = useQuery({
    queryKey: ["rollback-outcome", running.service, acceptedAtMs],
    queryFn: ({ signal }) => countRequests(running.service, Object.keys(running.to), acceptedAtMs, signal),
    refetchInterval: 2000,
  });
  const stray = leaving.reduce((sum, version) => sum + (split?.observed.versions[version]?.requests ?? 0), 0);
  if (!since) return null;
  return (
    <span className="tabular-nums text-ink-2" title={t("sinceHint", { service: running.service })}>
      {since.requests + stray === 0
        ? t("sinceNone")
        : t("since", { requests: since.requests + stray, stray: formatCount(stray), versions, failed: formatCount(since.failed) })}
    </span>
  );
}
