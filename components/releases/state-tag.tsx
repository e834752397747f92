"use client";

import { Check, CirclePause, LoaderCircle, Milestone, OctagonX, Undo2 } from "lucide-react";
import { useTranslations } from "use-intl";
import { Tag } from "@/components/ui/tag.tsx";
import type { JudgeVerdict, ReleaseState } from "./release-view.ts";

const LOOKS = {
  pending: { tone: "unknown", Icon: Milestone },
  running: { tone: "accent", Icon: LoaderCircle },
  paused: { tone: "warn", Icon: CirclePause },
  promoting: { tone: "accent", Icon: LoaderCircle },
  succeeded: { tone: "ok", Icon: Check },
  "rolling-back": { tone: "bad", Icon: LoaderCircle },
  "rolled-back": { tone: "bad", Icon: Undo2 },
  aborting: { tone: "warn", Icon: LoaderCircle },
  aborted: { tone: "unknown", Icon: OctagonX },
} as const;

/** The state of a release, in a word. */
export function StateTag({ state }: { readonly state: ReleaseState }) {
  const t = useTranslations("releases.state");
  const { Icon, tone } = LOOKS[state];
  return (
    <Tag tone={tone}>
      <Icon aria-hidden className={Icon === LoaderCircle ? "size-3 animate-spin" : "size-3"} strokeWidth={2.2} />
      {t(state)}
    </Tag>
  );
}

const VERDICTS = { pass: "ok", fail: "bad", inconclusive: "unknown" } as const;

/** What the judge says, in a word; nothing before it has seen anything. */
export function JudgeTag({ verdict }: { readonly verdict: JudgeVerdict | null }) {
  const t = useTranslations("releases.verdict");
  if (verdict === null) return null;
  return <Tag tone={VERDICTS[verdict]}>{t(verdict)}</Tag>;
}
