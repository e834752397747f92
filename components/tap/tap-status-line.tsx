"use client";

import { CircleDot, CloudOff, LoaderCircle, OctagonX, Pause } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { classNames } from "@/components/ui/class-names.ts";
import { formatCount } from "@/components/ui/format.ts";
import type { Tap } from "./use-tap.ts";

const LOOKS = {
  connecting: { Icon: LoaderCircle, tone: "text-ink-3" },
  live: { Icon: CircleDot, tone: "text-ok" },
  paused: { Icon: Pause, tone: "text-warn" },
  lost: { Icon: CloudOff, tone: "text-warn" },
  refused: { Icon: OctagonX, tone: "text-bad" },
  "no-proxy": { Icon: CloudOff, tone: "text-warn" },
} as const;

/** How the tap stands, how much of what fits is on the screen, and what to do with it. */
export function TapStatusLine({ tap, shown, children }: { readonly tap: Tap; readonly shown: number; readonly children: ReactNode }) {
  const t = useTranslations("tap");
  const { buffer, status } = tap;
  const { proxies } = status;
  const state = status.state === "live" ? (proxies === 0 ? "no-proxy" : buffer.isPaused ? "paused" : "live") : status.state;
  const { Icon, tone } = LOOKS[state];
  return (
    <div className="flex min-h-[38px] flex-wrap items-center gap-x-4 gap-y-1 border-y border-line bg-sunken px-4 py-1">
      <span role="status" className={classNames("flex items-center gap-1.5 text-sm", tone)}>
        <Icon aria-hidden className="size-3.5" />
        {t(`state.${state}`, { n: proxies ?? 0 })}
      </span>
      <span className="text-sm tabular-nums text-ink-3">{t("counts", { shown: formatCount(shown), seen: formatCount(buffer.seen) })}</span>
      {buffer.dropped > 0 && (
        <span className="text-sm tabular-nums text-ink-3" title={t("droppedHint")}>
          {t("dropped", { count: formatCount(buffer.dropped) })}
          <span className="max-[1180px]:hidden">{t("narrow")}</span>
        </span>
      )}
      <span className="ml-auto flex flex-wrap items-center gap-2.5">{children}</span>
    </div>
  );
}
