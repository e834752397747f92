"use client";

import { Gauge } from "lucide-react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button.tsx";
import { formatRate } from "@/components/ui/format.ts";
import { Menu, MenuItem } from "@/components/ui/menu.tsx";
import { useLoad } from "./use-load.ts";

/** Rates that are one press away. */
export const LOAD_CHOICES = [0, 20, 60, 150, 300] as const;

/** Load of the demo mesh; nothing where there is none. */
export function LoadMenu() {
  const t = useTranslations("shell.load");
  const { load, setLoad } = useLoad();
  if (!load) return null;
  return (
    <Menu
      trigger={
        <Button kind="ghost" title={t("hint")} className="tabular-nums">
          <Gauge aria-hidden />
          {t("label")}
          <span className="strong text-ink">{t("perSecond", { rate: formatRate(load.targetRps) })}</span>
        </Button>
      }
    >
      <p className="px-2 pb-1 pt-1.5 text-xs text-ink-3">{t("actual", { rate: formatRate(load.actualRps) })}</p>
      {LOAD_CHOICES.map((rate) => (
        <MenuItem key={rate} onSelect={() => setLoad(rate)}>
          <span className={rate === load.targetRps ? "strong text-accent" : ""}>{rate === 0 ? t("stop") : t("perSecond", { rate })}</span>
        </MenuItem>
      ))}
    </Menu>
  );
}
