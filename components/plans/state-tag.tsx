"use client";

import { Check, CirclePause, LoaderCircle, Milestone, Undo2 } from "lucide-react";
import { useTranslations } from "use-intl";
import { Tag } from "@/components/ui/tag.tsx";
import type { PlanState } from "./plan-view.ts";

const LOOKS = {
  ready: { tone: "unknown", Icon: Milestone },
  running: { tone: "accent", Icon: LoaderCircle },
  paused: { tone: "warn", Icon: CirclePause },
  reversing: { tone: "accent", Icon: LoaderCircle },
  done: { tone: "ok", Icon: Check },
  reversed: { tone: "unknown", Icon: Undo2 },
} as const;

/** The state of a plan, in a word. */
export function StateTag({ state }: { readonly state: PlanState }) {
  const t = useTranslations("plans.state");
  const { Icon, tone } = LOOKS[state];
  return (
    <Tag tone={tone}>
      <Icon aria-hidden className={Icon === LoaderCircle ? "size-3 animate-spin" : "size-3"} strokeWidth={2.2} />
      {t(state)}
    </Tag>
  );
}
