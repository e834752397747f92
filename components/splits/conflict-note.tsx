"use client";

import { GitCompareArrows } from "lucide-react";
import { useTranslations } from "use-intl";
import { useSplit } from "@/components/live/use-split.ts";
import { Button } from "@/components/ui/button.tsx";
import { formatWeight } from "@/components/ui/format.ts";
import { compareVersions, type Weights } from "@/lib/model/index.ts";
import { discardDraft, rebaseDraft, type SplitDraft } from "./draft-store.ts";

/** Somebody else changed a service while a draft was open: shows both states and keeps the draft until the operator decides. */
export function ConflictNote({ drafts }: { readonly drafts: readonly SplitDraft[] }) {
  return drafts.map((draft) => <Conflict key={draft.service} draft={draft} />);
}

function Conflict({ draft }: { readonly draft: SplitDraft }) {
  const t = useTranslations("splits.draft");
  const split = useSplit(draft.service);
  if (!split || split.rev === draft.rev) return null;
  return (
    <div
      role="alert"
      className="flex gap-2 rounded-2 border border-[color-mix(in_srgb,var(--warn)_45%,var(--line))] bg-warn-soft px-3 py-2"
    >
      <GitCompareArrows aria-hidden className="mt-0.5 size-3.5 shrink-0 text-warn" />
      <div className="grid gap-2">
        <div>
          <p className="strong">{t("conflict", { service: draft.service })}</p>
          <p className="text-ink-2">{t("conflictDetail", { now: weightsText(split.weights), mine: weightsText(draft.weights) })}</p>
        </div>
        <div className="flex gap-2">
          <Button size="small" onClick={() => rebaseDraft(draft.service, split.rev, split.weights)}>
            {t("conflictKeep")}
          </Button>
          <Button size="small" kind="ghost" onClick={() => discardDraft(draft.service)}>
            {t("conflictDrop")}
          </Button>
        </div>
      </div>
    </div>
  );
}

/** `1.2.0 75 %, 1.3.0 25 %`. */
function weightsText(weights: Weights): string {
  return Object.keys(weights)
    .toSorted(compareVersions)
    .map((version) => `${version} ${formatWeight(weights[version] ?? 0)}`)
    .join(", ");
}
