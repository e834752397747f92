"use client";

import { useState } from "react";
import { useTranslations } from "use-intl";
import { useStore } from "zustand";
import { UndoConfirm } from "@/components/activity/undo-confirm.tsx";
import { useRecentChanges } from "@/components/live/use-recent-changes.ts";
import { Dialog } from "@/components/ui/dialog.tsx";
import { authorStore } from "./author-store.ts";
import { myLastChange } from "./my-last-change.ts";

/** "Undo last": shows what would be taken back before it is. */
export function UndoDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  return open ? <OpenDialog onClose={onClose} /> : null;
}

function OpenDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useTranslations("shell.undo");
  const author = useStore(authorStore, (state) => state.author);
  const changes = useRecentChanges();
  // What is shown is what gets undone, whatever happens while it is read.
  const [change] = useState(() => myLastChange(changes, author));
  if (change) return <UndoConfirm change={change} onClose={onClose} />;
  return <Dialog open onClose={onClose} title={t("last")} description={t("nothing")} width={400} />;
}
