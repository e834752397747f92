"use client";

import { Search } from "lucide-react";
import { useTranslations } from "use-intl";
import { Kbd } from "@/components/ui/kbd.tsx";
import { showOverlay } from "./shell-store.ts";

/** Opens the command palette. */
export function PaletteButton() {
  const t = useTranslations("shell.palette");
  return (
    <button
      type="button"
      onClick={() => showOverlay("palette")}
      className="flex h-7 min-w-[88px] items-center min-[1100px]:min-w-[190px] min-[1100px]:shrink-0 gap-2 rounded-2 border border-line-2 bg-sunken pl-2.5 pr-1.5 text-ink-3 hover:border-ink-3"
    >
      <Search aria-hidden className="size-3.5 shrink-0" />
      <span className="truncate">{t("open")}</span>
      <span className="ml-auto">
        <Kbd>⌘K</Kbd>
      </span>
    </button>
  );
}
