"use client";

import { OctagonX } from "lucide-react";
import { useTranslations } from "use-intl";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import { ApiProblem } from "@/lib/client/index.ts";

/** Why there is no plan: of a target that cannot be, the pairs in the way together and what would open it; of anything else, each problem with its fix. */
export function PlanRefusal({ error }: { readonly error: unknown }) {
  const t = useTranslations("plans.form");
  if (!(error instanceof ApiProblem) || error.code !== "plan.impossible") return <ProblemList error={error} />;
  const inTheWay = [...new Set(error.errors.map(({ detail }) => detail))];
  // The conflict is minimal: taking away any one of its facts is enough, and each of these does.
  const ways = [...new Set(error.errors.flatMap(({ fix }) => fix.split(" Or: ")))].filter((fix) => fix !== "");
  return (
    <div
      role="alert"
      className="grid gap-3 rounded-2 border border-[color-mix(in_srgb,var(--bad)_40%,var(--line))] bg-bad-soft px-3.5 py-3"
    >
      <p className="flex items-center gap-2 font-semibold">
        <OctagonX aria-hidden className="size-4 shrink-0 text-bad" />
        {t("impossible")}
      </p>
      <Part title={t("conflict")} lines={inTheWay} />
      <Part title={t("open")} lines={ways} />
    </div>
  );
}

function Part({ title, lines }: { readonly title: string; readonly lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <div className="grid gap-1">
      <h3 className="text-xs font-[560] text-ink-2">{title}</h3>
      <ul className="grid list-disc gap-1 pl-4">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  );
}
