"use client";

import { useQuery } from "@tanstack/react-query";
import { CircleCheck, LoaderCircle, X } from "lucide-react";
import { useEffect } from "react";
import { useTranslations } from "use-intl";
import { useStore } from "zustand";
import { useSplit } from "@/components/live/use-split.ts";
import { useIsStale } from "@/components/live/use-stream-status.ts";
import { Button } from "@/components/ui/button.tsx";
import { formatCount, formatSpan } from "@/components/ui/format.ts";
import type { Split } from "@/lib/client/index.ts";
import { countRequests } from "./affected-requests.ts";
import { type RunningRollback, rollbackStore } from "./rollback-store.ts";
import { stepRollback } from "./step-rollback.ts";
import { losers } from "./weight-moves.ts";

const LOOK_MS = 250;

/** Watches a rollback on every page until nothing goes to what was left any more, then says how long it took and what failed. */
export function RollbackStrip() {
  const running = useStore(rollbackStore, (state) => state.running);
  return running ? <Watched key={`${running.service} ${running.changeId}`} running={running} /> : null;
}

function Watched({ running }: { readonly running: RunningRollback }) {
  const t = useTranslations("rollback.strip");
  const split = useSplit(running.service);
  const isStale = useIsStale();
  useWatch(running, split, isStale);
  const { acceptedAtMs, finishedAtMs } = running;
  const versions = losers(running.from, running.to, { entirely: true }).join(", ") || t("none");
  const isDone = acceptedAtMs !== null && finishedAtMs !== null;
  return (
    <section
      role="status"
      data-rollback-state={isDone ? "done" : acceptedAtMs === null ? "accepting" : "watching"}
      className="fixed bottom-[52px] left-[calc(50%+100px)] z-30 flex max-w-[calc(100vw-240px)] -translate-x-1/2 animate-rise items-center gap-3 rounded-3 border border-line-2 bg-raised py-2 pl-3.5 pr-2 shadow-raised"
    >
      {isDone ? (
        <>
          <CircleCheck aria-hidden className="size-4 shrink-0 text-ok" />
          <b className="font-semibold" title={t("doneHint", { versions })}>
            {t("done", { service: running.service, span: formatSpan(acceptedAtMs - running.startedAtMs) })}
          </b>
          <Outcome running={running} acceptedAtMs={acceptedAtMs} versions={versions} />
        </>
      ) : (
        <>
          <LoaderCircle aria-hidden className="size-4 shrink-0 animate-spin text-accent" />
          <b className="font-semibold">{t("title", { service: running.service })}</b>
          <span className="tabular-nums text-ink-2">
            <Progress running={running} split={split} isStale={isStale} versions={versions} />
          </span>
        </>
      )}
      <Button kind="ghost" size="icon-small" aria-label={t("dismiss")} onClick={() => rollbackStore.setState({ running: null })}>
        <X aria-hidden />
      </Button>
    </section>
  );
}

/** Moves the rollback on with what the stream says, and with the passing of time. */
function useWatch(running: RunningRollback, split: Split | null, isStale: boolean): void {
  useEffect(() => {
    const look = () => {
      const leaving = losers(running.from, running.to, { entirely: true });
      const next = stepRollback(running, { split, leaving, isStale, nowMs: Date.now() });
      if (next !== running) rollbackStore.setState({ running: next });
    };
    look();
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, [running, split, isStale]);
}

interface ProgressProps {
  readonly running: RunningRollback;
  readonly split: Split | null;
  readonly isStale: boolean;
  readonly versions: string;
}

function Progress({ running, split, isStale, versions }: ProgressProps) {
  const t = useTranslations("rollback.strip");
  if (isStale || !split) return t("stale");
  const { accepted, observed } = split;
  if (running.acceptedAtMs === null) {
    return t("accepting", { acknowledged: accepted.rev >= running.rev ? accepted.acknowledged : 0, proxies: accepted.proxies });
  }
  return t("watching", { requests: observed.requests, stray: formatCount(running.stray), versions });
}

/** Requests since the proxies accepted: how many went astray, how many failed. */
function Outcome({
  running,
  acceptedAtMs,
  versions,
}: {
  readonly running: RunningRollback;
  readonly acceptedAtMs: number;
  readonly versions: string;
}) {
  const t = useTranslations("rollback.strip");
  const { data: since } = useQuery({
    queryKey: ["rollback-outcome", running.service, running.changeId],
    queryFn: ({ signal }) => countRequests(running.service, Object.keys(running.to), acceptedAtMs, signal),
    refetchInterval: 2000,
  });
  if (!since) return null;
  const requests = since.requests + running.stray;
  return (
    <span className="tabular-nums text-ink-2" title={t("sinceHint", { service: running.service })}>
      {requests === 0
        ? t("sinceNone")
        : t("since", { requests, stray: formatCount(running.stray), versions, failed: formatCount(since.failed) })}
    </span>
  );
}
