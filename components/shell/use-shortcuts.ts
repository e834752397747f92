"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { openRollback, rollbackStore } from "@/components/rollback/rollback-store.ts";
import { shellStore, showOverlay } from "./shell-store.ts";

/** Time in which the second key of `g t` has to follow. */
const CHORD_MS = 1200;

const PLACES: Readonly<Record<string, string>> = { t: "/topology", s: "/services", c: "/compatibility", a: "/activity", ",": "/settings" };

const ACTIONS: Readonly<Record<string, () => void>> = {
  "?": () => showOverlay("help"),
  u: () => showOverlay("undo"),
  r: rollBackInView,
};

/** Keys that work on every page; none of them while text is being typed or a dialog is open. */
export function useShortcuts(): void {
  const router = useRouter();
  useEffect(() => {
    let chordUntilMs = 0;
    const onKey = (event: KeyboardEvent) => {
      if (isPaletteKey(event)) {
        event.preventDefault();
        showOverlay(shellStore.getState().overlay === "palette" ? null : "palette");
        return;
      }
      if (!isPlainKey(event)) return;
      const inChord = Date.now() < chordUntilMs;
      chordUntilMs = event.key === "g" && !inChord ? Date.now() + CHORD_MS : 0;
      const place = PLACES[event.key];
      if (!inChord) ACTIONS[event.key]?.();
      else if (place !== undefined) router.push(place);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [router]);
}

/** A key on its own, meant for the page rather than for a field or a dialog. */
function isPlainKey(event: KeyboardEvent): boolean {
  const isModified = event.metaKey || event.ctrlKey || event.altKey;
  return !isModified && !event.defaultPrevented && !isTyping(event.target) && !isOverlaid();
}

function isPaletteKey(event: KeyboardEvent): boolean {
  return (event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k";
}

/** On a service's page `r` means that service; the topology handles the key itself, for what is selected there. */
function rollBackInView(): void {
  const service = /^\/services\/([^/]+)$/.exec(window.location.pathname)?.[1];
  if (service !== undefined) openRollback(decodeURIComponent(service));
}

function isOverlaid(): boolean {
  return (
    shellStore.getState().overlay !== null || rollbackStore.getState().open !== null || document.querySelector('[role="dialog"]') !== null
  );
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
