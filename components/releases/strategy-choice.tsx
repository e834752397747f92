"use client";

import Link from "next/link";
import { useTranslations } from "use-intl";
import { useVersionColor } from "@/components/live/use-version-color.ts";
import { Select } from "@/components/ui/select.tsx";
import { ErrorState, Skeleton } from "@/components/ui/states.tsx";
import type { NamedStrategy } from "./release-view.ts";
import { StrategyCurve } from "./strategy-curve.tsx";
import type { useStrategies } from "./use-strategies.ts";
import { useStrategySentence } from "./use-strategy-sentence.ts";

interface ChoiceProps {
  readonly strategies: ReturnType<typeof useStrategies>;
  readonly chosen: NamedStrategy | null;
  readonly onChoose: (name: string) => void;
  readonly service: string;
  readonly version: string;
}

/** A strategy by name, with what it does in a sentence and its curve. */
export function StrategyChoice({ chosen, onChoose, service, strategies, version }: ChoiceProps) {
  const t = useTranslations("newRelease");
  const sentenceOf = useStrategySentence();
  const colour = useVersionColor(service, version);
  if (strategies.error) return <ErrorState error={strategies.error} onRetry={() => void strategies.refetch()} />;
  if (chosen === null) return strategies.isLoaded ? <p className="text-ink-2">{t("noStrategies")}</p> : <Skeleton className="h-[210px]" />;
  return (
    <section className="grid gap-1.5">
      <div className="flex items-baseline justify-between">
        <span className="text-sm font-[540] text-ink-2">{t("strategy")}</span>
        <Link href={`/releases/strategies?name=${encodeURIComponent(chosen.name)}`} className="text-sm text-accent hover:underline">
          {t("editStrategy")}
        </Link>
      </div>
      <Select
        label={t("strategy")}
        value={chosen.name}
        onChange={onChoose}
        options={strategies.items.map(({ name }) => ({ value: name, label: name }))}
      />
      <p className="text-sm text-ink-2">{sentenceOf(chosen.strategy)}</p>
      <StrategyCurve curve={chosen.curve} colour={service === "" ? "var(--accent)" : colour} height={132} />
    </section>
  );
}
