"use client";

import { Split as SplitIcon } from "lucide-react";
import { useTranslations } from "use-intl";
import { useSplit } from "@/components/live/use-split.ts";
import { formatWeight } from "@/components/ui/format.ts";
import type { Split } from "@/lib/client/index.ts";
import { compareVersions } from "@/lib/model/index.ts";
import { ReasonSentence } from "./reason-sentence.tsx";

/** Callers that the split does not hold for: what is kept from each, where it goes instead, and why. */
export function RenormalisedNote({ service }: { readonly service: string }) {
  const callers = useSplit(service)?.renormalised ?? [];
  if (callers.length === 0) return null;
  return (
    <ul className="mt-3 grid gap-1.5">
      {callers.map((each) => (
        <Caller key={`${each.caller.service}@${each.caller.version}`} service={service} renormalised={each} />
      ))}
    </ul>
  );
}

function Caller({ service, renormalised }: { readonly service: string; readonly renormalised: Split["renormalised"][number] }) {
  const t = useTranslations("splits.converge");
  const { caller, reason, versions, weights } = renormalised;
  const shares = Object.entries(weights)
    .filter(([, weightBp]) => weightBp > 0)
    .sort(([left], [right]) => compareVersions(left, right))
    .map(([version, weightBp]) => `${version} ${formatWeight(weightBp)}`);
  return (
    <li className="grid grid-cols-[14px_minmax(0,1fr)] gap-x-2 rounded-2 border border-[color-mix(in_srgb,var(--warn)_40%,var(--line))] bg-warn-soft px-3 py-2">
      <SplitIcon aria-hidden className="mt-0.5 size-3.5 text-warn" />
      <div className="min-w-0">
        <p>
          <span className="strong">
            {t("apart", {
              caller: `${caller.service} ${caller.version}`,
              versions: versions.map((version) => `${service} ${version}`).join(", "),
            })}
          </span>
          <span className="text-ink-2">; {shares.length === 0 ? t("apartNone") : t("apartTo", { shares: shares.join(", ") })}.</span>
        </p>
        <p className="text-sm text-ink-2">
          <ReasonSentence sentence={reason} />
        </p>
      </div>
    </li>
  );
}
