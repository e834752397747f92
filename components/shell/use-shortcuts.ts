"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { openRollback, rollbackStore } from "@/components/rollback/rollback-store.ts";
import { isPageCovered, isTyping } from "./is-page-covered.ts";
import { shellStore, showOverlay } from "./shell-store.ts";
import { type KeyPress, type KeyScene, shortcutOf } from "./shortcut-of.ts";

/** Time in which the second key of `g t` has to follow. */
const CHORD_MS = 1200;

const ACTIONS = { help: () => showOverlay("help"), undo: () => showOverlay("undo"), rollback: rollBackInView };

/** Keys that work on every page; none of them while text is being typed or something lies over the page. */
export function useShortcuts(): void {
  const router = useRouter();
  useEffect(() => {
    let chordUntilMs = 0;
    const onKey = (event: KeyboardEvent) => {
      const shortcut = shortcutOf(pressOf(event), sceneOf(event.target, Date.now() < chordUntilMs));
      chordUntilMs = shortcut.kind === "chord" ? Date.now() + CHORD_MS : 0;
      if (shortcut.kind === "palette" || shortcut.kind === "swallow") event.preventDefault();
      if (shortcut.kind === "palette") showOverlay(shortcut.open ? "palette" : null);
      else if (shortcut.kind === "go") router.push(shortcut.path);
      else if (shortcut.kind === "act") ACTIONS[shortcut.action]();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [router]);
}

function pressOf({ key, metaKey, ctrlKey, altKey, defaultPrevented }: KeyboardEvent): KeyPress {
  return { key, command: metaKey || ctrlKey, alt: altKey, taken: defaultPrevented };
}

function sceneOf(target: EventTarget | null, isInChord: boolean): KeyScene {
  const { overlay } = shellStore.getState();
  return {
    isPaletteOpen: overlay === "palette",
    isCovered: overlay !== null || rollbackStore.getState().open !== null || isPageCovered(),
    isTyping: isTyping(target),
    isInChord,
  };
}

/** On a service's page `r` means that service; the topology handles the key itself, for what is selected there. */
function rollBackInView(): void {
  const service = /^\/services\/([^/]+)$/.exec(window.location.pathname)?.[1];
  if (service !== undefined) openRollback(decodeURIComponent(service));
}
