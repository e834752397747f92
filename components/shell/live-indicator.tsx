"use client";

import { useTranslations } from "use-intl";
import { usePictureAgeS, useStreamStatus } from "@/components/live/use-stream-status.ts";
import { classNames } from "@/components/ui/class-names.ts";
import { useAgo } from "@/components/ui/relative-time.tsx";

const TONES = {
  live: "bg-ok-soft text-ok",
  connecting: "bg-sunken text-unknown shadow-[inset_0_0_0_1px_var(--line-2)]",
  stale: "bg-warn-soft text-warn",
};

/** Whether the figures on screen are live, and how old they are when not. */
export function LiveIndicator() {
  const t = useTranslations("shell.status");
  const ago = useAgo();
  const { state } = useStreamStatus();
  const ageS = usePictureAgeS();
  const text = state === "stale" ? (ageS === null ? t("staleUnknown") : t("stale", { age: ago(ageS * 1000) })) : t(state);
  // Said aloud when the state changes; an age that counts on would be said every second.
  const announced = state === "stale" ? t("staleUnknown") : t(state);
  return (
    <span
      data-live-state={state}
      title={state === "live" ? t("liveHint") : undefined}
      className={classNames(
        "inline-flex h-[23px] shrink-0 items-center gap-1.5 whitespace-nowrap rounded-full px-2.5 text-sm font-[560]",
        TONES[state],
      )}
    >
      <i aria-hidden className={classNames("size-1.5 rounded-full bg-current", state === "connecting" && "animate-pulse")} />
      <span aria-hidden={text === announced}>{text}</span>
      <span role="status" className="sr-only">
        {announced}
      </span>
    </span>
  );
}
