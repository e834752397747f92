"use client";

import { CircleDot, CloudOff, LoaderCircle, OctagonX, Pause } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button.tsx";
import { classNames } from "@/components/ui/class-names.ts";
import { FindField } from "@/components/ui/find-field.tsx";
import { ErrorState } from "@/components/ui/states.tsx";
import { findRows, type LogRow } from "./log-buffer.ts";
import { type LiveLog, useLog } from "./use-log.ts";

const LOOKS = {
  connecting: { Icon: LoaderCircle, tone: "text-ink-3" },
  live: { Icon: CircleDot, tone: "text-ok" },
  paused: { Icon: Pause, tone: "text-warn" },
  lost: { Icon: CloudOff, tone: "text-warn" },
  refused: { Icon: OctagonX, tone: "text-bad" },
} as const;

/** From so many pixels above its end a list is not followed any more. */
const NEAR_END_PX = 40;

/** What a process prints, live; `id` is its instance or its assignment. Takes the height that it is given. */
export function LogView({ id, className }: { readonly id: string; readonly className?: string }) {
  const t = useTranslations("logs");
  const log = useLog(id);
  const [text, setText] = useState("");
  const rows = findRows(log.buffer.rows, text);
  const { isPaused } = log.buffer;
  if (log.state === "refused" && log.problem !== null)
    return <ErrorState error={log.problem} {...(className !== undefined && { className })} />;
  return (
    <section aria-label={t("label", { id })} className={classNames("flex min-h-0 flex-col", className)}>
      <div className="flex min-h-[38px] flex-wrap items-center gap-x-3 gap-y-1 border-y border-line bg-sunken px-3.5 py-1">
        <LogState log={log} />
        <span className="text-sm tabular-nums text-ink-3">{t("counts", { shown: rows.length, all: log.buffer.rows.length })}</span>
        <FindField className="ml-auto w-[220px]" label={t("find")} value={text} onChange={setText} pauseMs={150} />
        <Button size="small" onClick={isPaused ? log.resume : log.pause} className="min-w-[92px]">
          {isPaused ? t("resume", { n: log.buffer.held.length }) : t("pause")}
        </Button>
      </div>
      <LogLines rows={rows} isFollowing={!isPaused} empty={text === "" ? t("none") : t("notFound")} />
    </section>
  );
}

function LogState({ log }: { readonly log: LiveLog }) {
  const t = useTranslations("logs.state");
  const state = log.state === "live" && log.buffer.isPaused ? "paused" : log.state;
  const { Icon, tone } = LOOKS[state];
  return (
    <span role="status" className={classNames("flex items-center gap-1.5 text-sm", tone)}>
      <Icon aria-hidden className="size-3.5" />
      {t(state)}
    </span>
  );
}

interface LogLinesProps {
  readonly rows: readonly LogRow[];
  readonly isFollowing: boolean;
  readonly empty: string;
}

/** Follows the end as long as one looks at it; whoever scrolls up stays there. */
function LogLines({ rows, isFollowing, empty }: LogLinesProps) {
  const t = useTranslations("logs");
  const list = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const lastId = rows.at(-1)?.id ?? 0;
  useEffect(() => {
    const element = list.current;
    if (element !== null && lastId > 0 && isFollowing && isAtEnd.current) element.scrollTop = element.scrollHeight;
  }, [lastId, isFollowing]);
  const onScroll = ({ currentTarget }: React.UIEvent<HTMLDivElement>) => {
    isAtEnd.current = currentTarget.scrollHeight - currentTarget.scrollTop - currentTarget.clientHeight < NEAR_END_PX;
  };
  return (
    <div
      ref={list}
      onScroll={onScroll}
      role="log"
      aria-live="off"
      aria-label={t("lines")}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable with the keyboard
      tabIndex={0}
      className="min-h-0 flex-1 overflow-auto bg-sunken px-3.5 py-2"
    >
      {rows.length === 0 && <p className="text-ink-3">{empty}</p>}
      {rows.map(({ gap, id, text }) =>
        gap === undefined ? (
          <div key={id} className="mono whitespace-pre-wrap break-all text-[11.5px] leading-[1.55]">
            {text === "" ? "\u00a0" : text}
          </div>
        ) : (
          <div key={id} className="my-1 border-y border-dashed border-line py-0.5 text-xs text-ink-3">
            {gap === null ? t("earlier") : t("gap", { n: gap })}
          </div>
        ),
      )}
    </div>
  );
}
