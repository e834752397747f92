"use client";

import { useTranslations } from "use-intl";
import { classNames } from "@/components/ui/class-names.ts";
import { Select } from "@/components/ui/select.tsx";
import { type RadarFilter, SHOWN, SPANS } from "./radar-scale.ts";
import { isOver, type ReleaseSummary } from "./release-view.ts";

interface FiltersProps {
  readonly filter: RadarFilter;
  readonly releases: readonly ReleaseSummary[];
  /** Parameters of the address. */
  readonly onFilter: (changes: Readonly<Record<string, string>>) => void;
}

/** Which releases are listed, and how much time is shown. */
export function RadarFilters({ filter, onFilter, releases }: FiltersProps) {
  const t = useTranslations("releases.filter");
  const ended = releases.filter(isOver).length;
  const counts = { all: releases.length, active: releases.length - ended, ended };
  const services = [...new Set(releases.map(({ service }) => service))].sort();
  return (
    <div className="flex flex-wrap items-center gap-2.5">
      <fieldset className="flex rounded-2 border border-line-2 bg-sunken p-[2px]">
        <legend className="sr-only">{t("show")}</legend>
        {SHOWN.map((shown) => (
          <button
            key={shown}
            type="button"
            aria-pressed={filter.shown === shown}
            onClick={() => onFilter({ show: shown === "all" ? "" : shown })}
            className={classNames(
              "h-6 rounded-1 px-2.5 text-sm",
              filter.shown === shown ? "bg-raised font-[560] text-ink shadow-[0_0_0_1px_var(--line-2)]" : "text-ink-2 hover:text-ink",
            )}
          >
            {t(`shown.${shown}`)} <span className="text-xs text-ink-3 tabular-nums">{counts[shown]}</span>
          </button>
        ))}
      </fieldset>
      <Select
        label={t("service")}
        value={filter.service}
        onChange={(service) => onFilter({ service })}
        options={[{ value: "", label: t("everyService") }, ...services.map((service) => ({ value: service, label: service }))]}
      />
      <Select
        label={t("span")}
        value={filter.span}
        onChange={(span) => onFilter({ span: span === "fit" ? "" : span })}
        options={SPANS.map((span) => ({ value: span, label: t(`spans.${span}`) }))}
      />
    </div>
  );
}
