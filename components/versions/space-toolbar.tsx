"use client";

import { X } from "lucide-react";
import { useTranslations } from "use-intl";
import { classNames } from "@/components/ui/class-names.ts";
import { FindField } from "@/components/ui/find-field.tsx";
import { type Pins, withoutPin } from "./pins.ts";

interface ToolbarProps {
  readonly pins: Pins;
  readonly isConsistent: boolean;
  readonly onPins: (pins: Pins) => void;
  readonly filter: string;
  readonly onFilter: (text: string) => void;
  readonly onlyReady: boolean;
  readonly onOnlyReady: (only: boolean) => void;
}

/** What is pinned, and which services and versions are looked at. */
export function SpaceToolbar({ filter, isConsistent, onFilter, onOnlyReady, onPins, onlyReady, pins }: ToolbarProps) {
  const t = useTranslations("versions");
  return (
    <div className="flex min-h-[50px] flex-wrap items-center gap-x-2.5 gap-y-2 border-b border-line px-4 py-2">
      {pins.size > 0 && (
        <ul aria-label={t("pins")} className="flex flex-wrap items-center gap-1.5">
          {[...pins].map(([service, version]) => (
            <li
              key={service}
              className={classNames(
                "inline-flex h-[24px] items-center gap-1 rounded-1 pl-2 text-xs font-[540]",
                isConsistent ? "bg-accent-soft text-accent" : "bg-bad-soft text-bad",
              )}
            >
              {t("pinned", { service, version })}
              <button
                type="button"
                aria-label={t("unpin", { service, version })}
                onClick={() => onPins(withoutPin(pins, service))}
                className="grid size-6 place-items-center rounded-1 hover:bg-[color-mix(in_srgb,var(--ink)_9%,transparent)]"
              >
                <X aria-hidden className="size-3" />
              </button>
            </li>
          ))}
        </ul>
      )}
      {pins.size > 1 && (
        <button
          type="button"
          onClick={() => onPins(new Map())}
          className="h-6 rounded-1 px-1.5 text-xs text-ink-2 underline-offset-2 hover:text-ink hover:underline"
        >
          {t("unpinAll")}
        </button>
      )}
      {pins.size < 2 && <span className="text-ink-3">{t("hint")}</span>}
      <span className="flex-1" />
      <label className="flex items-center gap-1.5 text-sm text-ink-2" title={t("liveOnlyHint")}>
        <input type="checkbox" checked={onlyReady} onChange={(event) => onOnlyReady(event.target.checked)} />
        {t("liveOnly")}
      </label>
      <FindField className="w-[180px]" label={t("find")} value={filter} onChange={onFilter} />
    </div>
  );
}
