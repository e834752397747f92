"use client";

import { useTranslations } from "use-intl";
import { Kbd } from "@/components/ui/kbd.tsx";
import { showOverlay } from "./shell-store.ts";

/** Takes back what this operator changed last, after a look at it. */
export function UndoLast() {
  const t = useTranslations("shell.undo");
  return (
    <button
      type="button"
      onClick={() => showOverlay("undo")}
      className="flex h-[30px] shrink-0 items-center rounded-2 px-[9px] text-sm text-ink-2 hover:bg-[color-mix(in_srgb,var(--ink)_5%,transparent)] hover:text-ink"
    >
      {t("last")}
      <span className="ml-auto">
        <Kbd>U</Kbd>
      </span>
    </button>
  );
}
