"use client";

import { Check } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslations } from "use-intl";
import { useStore } from "zustand";
import { useSplit } from "@/components/live/use-split.ts";
import { formatCount } from "@/components/ui/format.ts";
import { useAgo } from "@/components/ui/relative-time.tsx";
import { useNow } from "@/components/ui/use-now.ts";
import { useSpan } from "@/components/ui/use-span.ts";
import type { Split } from "@/lib/client/index.ts";
import { type AppliedSplit, appliedStore } from "./applied-store.ts";
import { judgeConvergence } from "./convergence.ts";

/** One line under the bar: how far the split that was just applied has come, or who set the present one. Its height never changes. */
export function ConvergenceNote({ service }: { readonly service: string }) {
  const split = useSplit(service);
  const applied = useStore(appliedStore, (state) => state.applied.get(service) ?? null);
  return (
    <p className="mt-2 flex h-[18px] items-center gap-1.5 truncate text-xs text-ink-3">
      {split &&
        (applied && split.rev <= applied.rev ? <Progress key={applied.rev} split={split} applied={applied} /> : <Since split={split} />)}
    </p>
  );
}

function Progress({ split, applied }: { readonly split: Split; readonly applied: AppliedSplit }) {
  const t = useTranslations("splits.converge");
  const span = useSpan();
  const state = judgeConvergence(split, applied.weights, applied.rev);
  const [observedAfterMs, setObservedAfterMs] = useState<number | null>(null);
  const isObserved = state.stage === "observed";
  useEffect(() => {
    if (isObserved) setObservedAfterMs((known) => known ?? Date.now() - applied.startedAtMs);
  }, [isObserved, applied.startedAtMs]);
  // Once shares have agreed it stays said: an interval of 95 % misses the weight now and then by chance.
  if (observedAfterMs !== null) {
    return (
      <>
        <Said>{t("said.observed")}</Said>
        <Check aria-hidden className="size-3.5 shrink-0 text-ok" />
        <span className="truncate text-ok">
          {t("observed", { ms: span(observedAfterMs), n: split.observed.requests, count: formatCount(split.observed.requests) })}
        </span>
      </>
    );
  }
  return (
    <>
      <Said>{state.stage === "sent" ? t("said.sent") : t("said.accepted")}</Said>
      {state.stage === "sent" ? (
        <span className="truncate text-warn">{t("sent", state)}</span>
      ) : (
        <span className="truncate text-ink-2">
          {t("accepted", {
            ms: span(applied.answeredAtMs - applied.startedAtMs),
            n: split.observed.requests,
            count: formatCount(split.observed.requests),
          })}
        </span>
      )}
    </>
  );
}

/** What is said aloud: the stage alone, since counts change every second. */
function Said({ children }: { readonly children: ReactNode }) {
  return (
    <span role="status" className="sr-only">
      {children}
    </span>
  );
}

function Since({ split }: { readonly split: Split }) {
  const t = useTranslations("splits.converge");
  const ago = useAgo();
  const nowMs = useNow();
  if (!split.since) return <span className="truncate">{t("never")}</span>;
  const age = nowMs === 0 ? "" : ago(nowMs - Date.parse(split.since.at));
  return (
    <span className="truncate" title={formatCount(split.rev)}>
      {t("since", { author: split.since.author, age })}
    </span>
  );
}
