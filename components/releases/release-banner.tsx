"use client";

import { CirclePause, CloudOff, Hand, LoaderCircle } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { useStreamStatus } from "@/components/live/use-stream-status.ts";
import { classNames } from "@/components/ui/class-names.ts";
import type { ReleaseView } from "./release-view.ts";

const TONES = {
  warn: { frame: "border-[color-mix(in_srgb,var(--warn)_45%,var(--line))] bg-warn-soft", sign: "text-warn" },
  bad: { frame: "border-[color-mix(in_srgb,var(--bad)_45%,var(--line))] bg-bad-soft", sign: "text-bad" },
  accent: { frame: "border-[color-mix(in_srgb,var(--accent)_40%,var(--line))] bg-accent-soft", sign: "text-accent" },
} as const;

/** What stands in its way or what it is doing besides its steps, in a line; nothing where its steps say it all. */
export function ReleaseBanner({ release: { because, held, state } }: { readonly release: ReleaseView }) {
  const t = useTranslations("releases.banner");
  if (useStreamStatus().state === "stale") return <Strip tone="warn" Icon={CloudOff} title={t("stale")} />;
  switch (state) {
    case "paused":
      return (
        <Strip tone="warn" Icon={CirclePause} title={t("paused")}>
          <span lang="en">{because}</span>
        </Strip>
      );
    case "rolling-back":
    case "aborting":
      return (
        <Strip tone="bad" Icon={LoaderCircle} isSpinning title={t(state)}>
          <span lang="en">{because}</span>
        </Strip>
      );
    case "pending":
      return <Strip tone="accent" Icon={Hand} title={t("pending")} />;
    case "running":
      return held ? <Strip tone="warn" Icon={Hand} title={t("held")} /> : null;
    default:
      return null;
  }
}

interface StripProps {
  readonly tone: keyof typeof TONES;
  readonly Icon: typeof CirclePause;
  readonly isSpinning?: boolean;
  readonly title: string;
  readonly children?: ReactNode;
}

function Strip({ Icon, children, isSpinning, title, tone }: StripProps) {
  const { frame, sign } = TONES[tone];
  return (
    <div role="status" className={classNames("flex items-start gap-2.5 rounded-3 border px-3.5 py-2.5", frame)}>
      <Icon aria-hidden className={classNames("mt-[2px] size-4 shrink-0", sign, isSpinning && "animate-spin")} />
      <p className="min-w-0">
        <span className="font-[620]">{title}</span>
        {children && <span className="ml-2 text-ink-2">{children}</span>}
      </p>
    </div>
  );
}
