"use client";

import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { LOAD_CHOICES } from "@/components/shell/load-menu.tsx";
import { Card } from "@/components/shell/page.tsx";
import { useLoad } from "@/components/shell/use-load.ts";
import { Button } from "@/components/ui/button.tsx";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { formatCount, formatRate } from "@/components/ui/format.ts";
import { TextField } from "@/components/ui/text-field.tsx";

/** Most that the demo's load generator takes. */
const TARGET_MAX = 2000;

/** How much the demo sends; nothing where no demo runs. */
export function LoadCard() {
  const t = useTranslations("settings");
  const shell = useTranslations("shell.load");
  const { load, setLoad } = useLoad();
  const [typed, setTyped] = useState<string | null>(null);
  if (!load) return null;
  const text = typed ?? String(load.targetRps);
  const rate = Number(text);
  const isBad = text.trim() === "" || !Number.isFinite(rate) || rate < 0 || rate > TARGET_MAX;
  const problem = isBad ? t("loadBad", { max: TARGET_MAX }) : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isBad) return;
    setLoad(rate);
    setTyped(null);
  };
  const figures = { actual: formatRate(load.actualRps), sent: formatCount(load.sent), failed: formatCount(load.failed) };
  return (
    <Card title={t("load")} aside={!load.running && <span className="text-ink-3">{t("loadStopped")}</span>} flush>
      <div className="grid gap-3 px-4 pb-3.5">
        <p className="text-ink-2">{t("loadDetail")}</p>
        <form onSubmit={submit} className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-2">
          <TextField
            label={t("loadTarget")}
            inputMode="decimal"
            value={text}
            hint={t("loadNow", figures)}
            problem={problem === null ? null : { detail: problem, fix: "" }}
            onChange={(event) => setTyped(event.target.value)}
          />
          <Button type="submit" className="mt-[22px]" whyNot={problem}>
            {t("loadSet")}
          </Button>
        </form>
        <div className="flex flex-wrap gap-1.5">
          {LOAD_CHOICES.map((choice) => (
            <Button
              key={choice}
              size="small"
              aria-pressed={choice === load.targetRps}
              className={choice === load.targetRps ? "border-accent! text-accent!" : ""}
              onClick={() => setLoad(choice)}
            >
              {choice === 0 ? shell("stop") : t("loadChoice", { rate: choice })}
            </Button>
          ))}
        </div>
      </div>
      <CopyCommand
        command={{
          cli: `interlock load ${isBad ? load.targetRps : rate}`,
          method: "PUT",
          path: "/api/v1/load",
          body: { targetRps: isBad ? load.targetRps : rate },
        }}
      />
    </Card>
  );
}
