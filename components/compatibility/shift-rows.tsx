"use client";

import { X } from "lucide-react";
import { useTranslations } from "use-intl";
import { useServices } from "@/components/live/use-services.ts";
import { versionColor } from "@/components/live/use-version-color.ts";
import { WeightInput } from "@/components/splits/weight-input.tsx";
import { Button } from "@/components/ui/button.tsx";
import { formatWeight } from "@/components/ui/format.ts";
import { Select } from "@/components/ui/select.tsx";
import { VersionSwatch } from "@/components/ui/version-swatch.tsx";
import { WeightBar } from "@/components/ui/weight-bar.tsx";
import type { Service } from "@/lib/client/index.ts";
import { type AskedSplit, reweigh } from "./shift-question.ts";

interface ShiftRowsProps {
  readonly split: AskedSplit;
  /** Services that are asked about already. */
  readonly asked: ReadonlySet<string>;
  readonly onSplit: (split: AskedSplit) => void;
  /** null for the only service. */
  readonly onRemove: (() => void) | null;
}

/** One service of the question: a weight per version; what one gets, the heaviest of the others gives. */
export function ShiftRows({ split, asked, onSplit, onRemove }: ShiftRowsProps) {
  const t = useTranslations("compatibility.shift");
  const services = useServices();
  const service = services.find((each) => each.name === split.service);
  const choose = (name: string) => {
    const chosen = services.find((each) => each.name === name);
    if (chosen) onSplit({ service: name, weights: chosen.weights });
  };
  return (
    <fieldset className="min-w-0">
      <legend className="sr-only">{split.service}</legend>
      <div className="flex items-center gap-2">
        <Select
          label={t("service")}
          className="min-w-[200px]"
          value={split.service}
          onChange={choose}
          options={services.map(({ name }) => ({ value: name, label: name, disabled: asked.has(name) && name !== split.service }))}
        />
        {onRemove && (
          <Button kind="ghost" size="icon" aria-label={t("remove", { service: split.service })} onClick={onRemove}>
            <X aria-hidden />
          </Button>
        )}
      </div>
      {service ? (
        <VersionRows service={service} split={split} onSplit={onSplit} />
      ) : (
        services.length > 0 && <p className="mt-2 text-warn">{t("noService", { service: split.service })}</p>
      )}
    </fieldset>
  );
}

function VersionRows({
  service,
  split,
  onSplit,
}: {
  readonly service: Service;
  readonly split: AskedSplit;
  readonly onSplit: (split: AskedSplit) => void;
}) {
  const t = useTranslations("compatibility.shift");
  const { weights } = split;
  const all = service.versions.map((each) => each.version);
  if (all.length === 0) return <p className="mt-2 text-ink-2">{t("noVersions", { service: service.name })}</p>;
  const isUnset = Object.keys(weights).length === 0;
  return (
    <div className="mt-3 grid gap-1.5">
      <WeightBar weights={weights} order={all.toReversed()} colourOf={(version) => versionColor(all, version)} />
      {isUnset && <p className="text-ink-2">{t("unset", { service: service.name })}</p>}
      <ul>
        {service.versions.map(({ version, ready }) => {
          const weightBp = weights[version] ?? 0;
          const presentBp = service.weights[version] ?? 0;
          return (
            <li key={version} className="grid h-8 grid-cols-[minmax(0,1fr)_auto_96px_84px] items-center gap-3">
              <span className="flex min-w-0 items-center gap-2">
                <VersionSwatch colour={versionColor(all, version)} />
                <span className="mono truncate">{version}</span>
              </span>
              <WeightInput
                version={version}
                weightBp={weightBp}
                drafted={weightBp !== presentBp}
                onWeight={(next) => onSplit({ service: service.name, weights: reweigh(service, weights, version, next) })}
              />
              <span className="text-right tabular-nums text-ink-3">{t("now", { weight: formatWeight(presentBp) })}</span>
              <span className={ready > 0 ? "text-right text-ink-3" : "text-right text-warn"}>
                {ready > 0 ? t("ready", { n: ready }) : t("notReady")}
              </span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
