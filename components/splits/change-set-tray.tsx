"use client";

import { X } from "lucide-react";
import { useId } from "react";
import { useTranslations } from "use-intl";
import { useStore } from "zustand";
import { useVersionColors } from "@/components/live/use-version-color.ts";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { formatWeight } from "@/components/ui/format.ts";
import { VersionSwatch } from "@/components/ui/version-swatch.tsx";
import { compareVersions } from "@/lib/model/index.ts";
import { DraftPanel } from "./draft-panel.tsx";
import { discardDraft, discardDrafts, draftStore, review, type SplitDraft } from "./draft-store.ts";
import { useDrafts } from "./use-drafts.ts";

/** What is drafted in this tab, in the navigation: each service before → after, and the way to review and apply it all. */
export function ChangeSetTray() {
  const t = useTranslations("splits.tray");
  const id = useId();
  return (
    <section aria-labelledby={id} className="mx-1 mt-3.5">
      <h2 id={id} className="mb-1 px-[5px] text-[11px] font-[560] text-ink-3">
        {t("title")}
      </h2>
      <Drafts />
    </section>
  );
}

function Drafts() {
  const t = useTranslations("splits.tray");
  const drafts = useDrafts();
  const isReviewing = useStore(draftStore, (state) => state.isReviewing);
  if (drafts.length === 0) {
    return (
      <div className="rounded-[8px] border border-dashed border-line-2 px-2.5 py-2 text-xs text-ink-2">
        {t("empty")}
        <br />
        <span className="text-ink-3">{t("emptyHint")}</span>
      </div>
    );
  }
  return (
    <div className="animate-rise rounded-[8px] border border-accent bg-accent-soft p-2">
      <ul className="grid gap-1.5">
        {drafts.map((draft) => (
          <li key={draft.service} className="grid gap-0.5">
            <div className="flex items-center gap-1">
              <span className="strong min-w-0 flex-1 truncate text-xs">{draft.service}</span>
              <button
                type="button"
                aria-label={t("removeOne", { service: draft.service })}
                onClick={() => discardDraft(draft.service)}
                className="-my-1 grid size-6 place-items-center rounded-1 text-ink-3 hover:text-ink"
              >
                <X aria-hidden className="size-3" />
              </button>
            </div>
            <DraftLines draft={draft} />
          </li>
        ))}
      </ul>
      <Button kind="primary" size="small" className="mt-2 w-full" onClick={() => review(true)}>
        {t("review")}
      </Button>
      {drafts.length > 1 && (
        <Button kind="ghost" size="small" className="mt-1 w-full" onClick={() => discardDrafts()}>
          {t("discardAll")}
        </Button>
      )}
      <Dialog open={isReviewing} onClose={() => review(false)} title={t("dialog")} description={t("dialogDetail")} width={540}>
        <DraftPanel drafts={drafts} onDone={() => review(false)} />
      </Dialog>
    </div>
  );
}

function DraftLines({ draft }: { readonly draft: SplitDraft }) {
  const colors = useVersionColors(draft.service);
  const versions = [...new Set([...Object.keys(draft.before), ...Object.keys(draft.weights)])].toSorted(compareVersions);
  return versions
    .filter((version) => (draft.before[version] ?? 0) !== (draft.weights[version] ?? 0))
    .map((version) => (
      <div key={version} className="flex items-center gap-1.5 text-2xs">
        <VersionSwatch colour={colors.get(version) ?? "var(--v0)"} className="h-3" />
        <span className="font-mono">{version}</span>
        <span className="ml-auto whitespace-nowrap tabular-nums text-ink-2">
          {formatWeight(draft.before[version] ?? 0)} → <span className="strong text-ink">{formatWeight(draft.weights[version] ?? 0)}</span>
        </span>
      </div>
    ));
}
