"use client";

import Link from "next/link";
import { useLocale, useTranslations } from "use-intl";
import { Card } from "@/components/shell/page.tsx";
import { formatClock } from "@/components/ui/relative-time.tsx";
import { SkeletonRows } from "@/components/ui/states.tsx";
import { useNow } from "@/components/ui/use-now.ts";
import { type PlanMove, waveMoved } from "./plan-history.ts";

/** Every transition of a plan as it stands in the log, newest first; null while the log is asked. */
export function HistoryCard({ moves }: { readonly moves: readonly PlanMove[] | null }) {
  const t = useTranslations("plans.history");
  const nowMs = useNow();
  const locale = useLocale();
  const textOf = useMoveText();
  return (
    <Card title={t("title")} flush>
      {moves === null ? (
        <SkeletonRows count={3} />
      ) : moves.length === 0 ? (
        <p className="px-4 pb-4 text-sm text-ink-2">{t("none")}</p>
      ) : (
        <ol className="max-h-[320px] overflow-y-auto px-4 pb-3 text-sm">
          {moves.toReversed().map((move) => (
            <li key={move.change.id} className="grid grid-cols-[64px_minmax(0,1fr)_auto] items-baseline gap-2 border-t border-line py-1.5">
              <time dateTime={move.change.at} className="tabular-nums text-ink-3" suppressHydrationWarning>
                {nowMs === 0 ? "" : formatClock(move.change.at, locale, nowMs)}
              </time>
              <Link href={`/activity?change=${move.change.id}`} className="min-w-0 hover:underline">
                {textOf(move)}
              </Link>
              <span className="truncate text-ink-3">{move.change.author}</span>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}

const VERBS = new Set(["create", "execute", "pause", "resume", "reverse", "stop"]);

function useMoveText(): (move: PlanMove) => string {
  const t = useTranslations("plans.history");
  return ({ after, before, change }) => {
    const wave = waveMoved(before, after);
    if (wave !== null) return t((before?.wavesDone ?? 0) < after.wavesDone ? "waves" : "back", { n: wave + 1 });
    if (after.state !== before?.state && (after.state === "done" || after.state === "reversed")) return t(after.state);
    const verb = change.kind.replace("plan.", "");
    if (VERBS.has(verb)) return t(verb as "create");
    return after.state === "paused" ? t("touched", { services: change.subject }) : change.kind;
  };
}
