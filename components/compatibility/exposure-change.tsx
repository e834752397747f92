"use client";

import { ArrowRight } from "lucide-react";
import { useTranslations } from "use-intl";
import { classNames } from "@/components/ui/class-names.ts";
import { formatShare } from "@/components/ui/format.ts";
import type { ShiftVerdict } from "@/lib/client/index.ts";

/** Exposure now and afterwards. */
export function ExposureChange({ exposure }: Pick<ShiftVerdict, "exposure">) {
  const t = useTranslations("compatibility.shift");
  const { before, after } = exposure;
  return (
    <table aria-label={t("exposure")} className="w-full max-w-[360px] border-collapse tabular-nums">
      <thead>
        <tr className="text-xs text-ink-3">
          <th scope="col" className="pb-1 text-left font-[520]" title={t("exposureHint")}>
            {t("exposure")}
          </th>
          <th scope="col" className="pb-1 text-right font-[520]">
            {t("before")}
          </th>
          <td aria-hidden className="w-9" />
          <th scope="col" className="pb-1 text-right font-[520]">
            {t("after")}
          </th>
        </tr>
      </thead>
      <tbody>
        {(["broken", "unproven"] as const).map((kind) => (
          <tr key={kind} className="border-t border-line">
            <th scope="row" className="h-8 text-left font-normal text-ink-2">
              {t(kind)}
            </th>
            <td className="text-right">{formatShare(before[kind])}</td>
            <td aria-hidden>
              <ArrowRight className="mx-auto size-3 text-ink-3" />
            </td>
            <td className={classNames("text-right strong", after[kind] > before[kind] && (kind === "broken" ? "text-bad" : "text-warn"))}>
              {formatShare(after[kind])}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
