"use client";

import { useTranslations } from "use-intl";
import { Skeleton } from "@/components/ui/states.tsx";
import { ConvergenceNote } from "./convergence-note.tsx";
import { DraftPanel } from "./draft-panel.tsx";
import { PhaseSteps } from "./phase-steps.tsx";
import { RefusalPanel } from "./refusal-panel.tsx";
import { RenormalisedNote } from "./renormalised-note.tsx";
import { SplitBar } from "./split-bar.tsx";
import { SplitFigures } from "./split-figures.tsx";
import { useSplitEditor } from "./use-split-editor.ts";

/** Bar, refusal, draft and the three figures of one service: the whole control, as inspector and service page show it. */
export function SplitSection({ service, size }: { readonly service: string; readonly size: "inspector" | "large" }) {
  const t = useTranslations("splits.bar");
  const editor = useSplitEditor(service);
  if (!editor) return <Skeleton className="h-[120px] w-full" />;
  return (
    <div>
      {editor.segments.length === 0 ? <p className="text-ink-3">{t("empty")}</p> : <SplitBar editor={editor} size={size} />}
      <ConvergenceNote service={service} />
      <RenormalisedNote service={service} />
      {editor.refused && <RefusalPanel editor={editor} lock={editor.refused} />}
      <div className="mt-1.5">
        <SplitFigures editor={editor} ready={size === "large"} />
      </div>
      <PhaseSteps service={service} size={size} />
      {editor.draft && (
        <div className="mt-3 animate-rise rounded-[9px] border border-accent bg-raised px-3.5 py-3">
          <DraftPanel drafts={[editor.draft]} command={false} />
        </div>
      )}
    </div>
  );
}
