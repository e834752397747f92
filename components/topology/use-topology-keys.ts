import { useEffect } from "react";
import { openRollback } from "@/components/rollback/rollback-store.ts";
import { isPageCovered, isTyping } from "@/components/shell/is-page-covered.ts";
import type { PictureStore } from "./canvas/picture-store.ts";
import type { TopologyUrl } from "./use-topology-url.ts";

/** `/` finds, `w` edits weights, `r` rolls back, Escape closes: for what is selected, or what the keyboard is on. */
export function useTopologyKeys(url: TopologyUrl, picture: PictureStore): void {
  const { selected, select } = url;
  useEffect(() => {
    const service = (): string | null => (selected?.kind === "service" ? selected.id : picture.getState().cursor);
    const keys: Readonly<Record<string, (name: string | null) => boolean>> = {
      "/": () => focusFind(),
      w(name) {
        if (name === null) return false;
        if (selected?.id !== name) select({ kind: "service", id: name });
        focusFirstWeight();
        return true;
      },
      r(name) {
        if (name !== null) openRollback(name);
        return name !== null;
      },
      Escape(name) {
        if (selected === null) return false;
        select(null);
        document.querySelector<HTMLElement>(`[data-service="${CSS.escape(name ?? "")}"]`)?.focus({ preventScroll: true });
        return true;
      },
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented || isPageCovered() || isTyping(event.target)) return;
      if (keys[event.key]?.(service()) === true) event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [selected, select, picture]);
}

function focusFind(): boolean {
  document.querySelector<HTMLInputElement>("[data-find]")?.focus();
  return true;
}

/** The field may only come with the inspector that was just opened. */
function focusFirstWeight(framesLeft = 20): void {
  const field = document.querySelector<HTMLInputElement>("aside [data-weight-of]");
  if (field) field.focus();
  else if (framesLeft > 0) requestAnimationFrame(() => focusFirstWeight(framesLeft - 1));
}
