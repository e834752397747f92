"use client";

import { OctagonMinus } from "lucide-react";
import { Fragment } from "react";
import { useTranslations } from "use-intl";
import { closingStep, type WayWave, waveKey } from "./plan-view.ts";
import { VersionMove } from "./version-move.tsx";

/** A way in brief: what moves in which wave, and from where on there is no way back. */
export function WayList({ waves }: { readonly waves: readonly WayWave[] }) {
  const t = useTranslations("plans.way");
  return (
    <ol>
      {waves.map((wave, index) => {
        const closing = closingStep(wave);
        return (
          <Fragment key={waveKey(wave)}>
            {closing && (
              <li className="flex items-start gap-2 border-t-[1.5px] border-dashed border-bad py-2 text-sm">
                <OctagonMinus aria-hidden className="mt-[3px] size-3.5 shrink-0 text-bad" />
                <span>
                  <span className="font-[560] text-bad">{t("noReturn")}</span>
                  {closing.irreversible !== undefined && <span className="text-ink-2"> {closing.irreversible}</span>}
                </span>
              </li>
            )}
            <li className="grid grid-cols-[72px_minmax(0,1fr)] gap-x-2 border-t border-line py-2.5">
              <span className="text-ink-3">{t("wave", { n: index + 1 })}</span>
              <span className="grid gap-1">
                {wave.steps.map((step) => (
                  <span key={`${step.service} ${step.from} ${step.to}`} className="flex flex-wrap items-center gap-x-2.5 gap-y-0.5">
                    <span className="font-[540]">{step.service}</span>
                    <VersionMove {...step} />
                  </span>
                ))}
                {wave.kind !== "shift" && (
                  <span className="text-xs text-ink-3" title={t(`kindHint.${wave.kind}`)}>
                    {t(`kind.${wave.kind}`)}
                  </span>
                )}
              </span>
            </li>
          </Fragment>
        );
      })}
    </ol>
  );
}
