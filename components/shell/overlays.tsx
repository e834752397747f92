"use client";

import { useStore } from "zustand";
import { RollbackSheet } from "@/components/rollback/rollback-sheet.tsx";
import { RollbackStrip } from "@/components/rollback/rollback-strip.tsx";
import { Tour } from "@/components/tour/tour.tsx";
import { AuthorDialog } from "./author-dialog.tsx";
import { CommandPalette } from "./command-palette.tsx";
import { HelpSheet } from "./help-sheet.tsx";
import { shellStore, showOverlay } from "./shell-store.ts";
import { UndoDialog } from "./undo-dialog.tsx";
import { useHeal } from "./use-heal.ts";
import { useShortcuts } from "./use-shortcuts.ts";

const close = () => showOverlay(null);

/** What lies over the page, mounted once. */
export function Overlays() {
  useShortcuts();
  useHeal();
  const overlay = useStore(shellStore, (state) => state.overlay);
  return (
    <>
      <CommandPalette open={overlay === "palette"} onClose={close} />
      <HelpSheet open={overlay === "help"} onClose={close} />
      <UndoDialog open={overlay === "undo"} onClose={close} />
      <RollbackSheet />
      <RollbackStrip />
      <Tour />
      <AuthorDialog />
    </>
  );
}
