"use client";

import { useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleSlash, LoaderCircle, X } from "lucide-react";
import Link from "next/link";
import { useEffect } from "react";
import { useTranslations } from "use-intl";
import { useStore } from "zustand";
import { useLive } from "@/components/live/use-live.ts";
import { useSplit } from "@/components/live/use-split.ts";
import { useIsStale } from "@/components/live/use-stream-status.ts";
import { Button } from "@/components/ui/button.tsx";
import { classNames } from "@/components/ui/class-names.ts";
import { formatCount, formatWeight } from "@/components/ui/format.ts";
import { useSpan } from "@/components/ui/use-span.ts";
import type { Split } from "@/lib/client/index.ts";
import { compareVersions } from "@/lib/model/index.ts";
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
  const isSplitsKnown = useLive((state) => state.loaded.has("splits"));
  useWatch(running, split, isStale || !isSplitsKnown);
  const versions = losers(running.from, running.to, { entirely: true }).join(", ");
  const state = stateOf(running);
  const Icon = ICONS[state];
  return (
    <section
      aria-label={t("title", { service: running.service })}
      data-rollback-state={state}
      className="fixed bottom-[52px] left-[calc(50%+100px)] z-30 flex max-w-[calc(100vw-240px)] -translate-x-1/2 animate-rise items-center gap-3 rounded-3 border border-line-2 bg-raised py-2 pl-3.5 pr-2 shadow-raised"
    >
      <Icon aria-hidden className={classNames("size-4 shrink-0", LOOKS[state])} />
      {/* Said once when it begins and once when it ends: the count in between would be read out with every tick. */}
      <b
        role="status"
        className="font-semibold"
        title={state === "done" ? t(versions === "" ? "doneHintKept" : "doneHint", { versions }) : undefined}
      >
        <Said running={running} />
      </b>
      {state === "ended" ? (
        <EndLink running={running} />
      ) : state === "done" ? (
        <Outcome running={running} versions={versions} />
      ) : (
        <span className="tabular-nums text-ink-2">
          <Progress running={running} split={split} isStale={isStale} versions={versions} />
        </span>
      )}
      <Button kind="ghost" size="icon-small" aria-label={t("dismiss")} onClick={() => rollbackStore.setState({ running: null })}>
        <X aria-hidden />
      </Button>
    </section>
  );
}

type State = "accepting" | "watching" | "done" | "ended";

const ICONS = { accepting: LoaderCircle, watching: LoaderCircle, done: CircleCheck, ended: CircleSlash } as const;

const LOOKS: Readonly<Record<State, string>> = {
  accepting: "animate-spin text-accent",
  watching: "animate-spin text-accent",
  done: "text-ok",
  ended: "text-warn",
};

function stateOf({ acceptedAtMs, finishedAtMs, ended }: RunningRollback): State {
  if (ended !== null) return "ended";
  if (finishedAtMs !== null) return "done";
  return acceptedAtMs === null ? "accepting" : "watching";
}

/** What has begun, or how it ended. */
function Said({ running }: { readonly running: RunningRollback }) {
  const t = useTranslations("rollback.strip");
  const span = useSpan();
  const { service, acceptedAtMs, finishedAtMs, startedAtMs, ended } = running;
  if (ended?.kind === "removed") return t("removed", { service });
  if (ended?.kind === "superseded") return t("superseded", { service, author: ended.author, weights: weightsText(ended.weights) });
  if (acceptedAtMs === null || finishedAtMs === null) return t("title", { service });
  return t("done", { service, span: span(acceptedAtMs - startedAtMs) });
}

function EndLink({ running: { ended } }: { readonly running: RunningRollback }) {
  if (ended?.kind !== "superseded") return null;
  return (
    <Link className="text-accent hover:underline" href={`/activity?change=${ended.changeId}`}>
      {ended.changeId}
    </Link>
  );
}

/** `1.2.0 75 %, 1.3.0 25 %`. */
function weightsText(weights: Readonly<Record<string, number>>): string {
  return Object.entries(weights)
    .filter(([, weightBp]) => weightBp > 0)
    .sort(([left], [right]) => compareVersions(left, right))
    .map(([version, weightBp]) => `${version} ${formatWeight(weightBp)}`)
    .join(", ");
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
  if (versions === "") return t("watchingKept", { requests: observed.requests, count: formatCount(observed.requests) });
  return t("watching", { requests: observed.requests, count: formatCount(observed.requests), stray: formatCount(running.stray), versions });
}

/** Requests since the proxies accepted: how many went astray, how many failed. */
function Outcome({ running, versions }: { readonly running: RunningRollback; readonly versions: string }) {
  const t = useTranslations("rollback.strip");
  const fromMs = running.acceptedAtMs ?? running.answeredAtMs;
  const { data: since } = useQuery({
    queryKey: ["rollback-outcome", running.service, running.changeId],
    queryFn: ({ signal }) =>
      countRequests(
        running.service,
        Object.keys(running.to).map((version) => ({ version, fromMs })),
        signal,
      ),
    refetchInterval: 2000,
  });
  if (!since) return null;
  const requests = since.requests + running.stray;
  const failed = formatCount(since.failed);
  const count = formatCount(requests);
  return (
    <span className="tabular-nums text-ink-2" title={t("sinceHint", { service: running.service })}>
      {requests === 0
        ? t("sinceNone")
        : versions === ""
          ? t("sinceKept", { requests, count, failed })
          : t("since", { requests, count, stray: formatCount(running.stray), versions, failed })}
    </span>
  );
}
