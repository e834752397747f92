import { useTranslations } from "use-intl";
import { formatCount, formatWeight } from "@/components/ui/format.ts";
import { useExactSpan } from "@/components/ui/use-span.ts";
import type { Strategy, StrategyStep } from "./release-view.ts";

/** What a strategy does, in a sentence in the operator's language; the engine's own sentence is for the command line. */
export function useStrategySentence(): (strategy: Strategy) => string {
  const t = useTranslations("strategies.sentence");
  const gates = useTranslations("strategies.steps.gates");
  const common = useTranslations("common");
  const span = useExactSpan();
  const stepText = ({ event, gate, pauseMs, weightBp }: StrategyStep): string => {
    const waits = gate === undefined ? [] : [gate === "event" ? t("waitsFor", { event: event ?? "" }) : gates(gate)];
    const parts = [...(pauseMs === undefined ? [] : [span(pauseMs)]), ...waits];
    const weight = formatWeight(weightBp);
    return parts.length === 0 ? weight : t("step", { weight, parts: parts.join(common("listComma")) });
  };
  return (strategy) => {
    switch (strategy.kind) {
      case "canary":
        return t("canary", { n: strategy.steps.length, steps: strategy.steps.map(stepText).join(common("listComma")) });
      case "linear":
        return t("linear", {
          from: formatWeight(strategy.fromBp),
          step: formatWeight(strategy.stepBp),
          every: span(strategy.everyMs),
        });
      case "exponential":
        return t("exponential", { every: span(strategy.everyMs), share: formatWeight(Math.round(strategy.gamma * 10_000)) });
      case "blue-green":
        return t("blue-green", { host: strategy.previewHost });
      case "ab":
        return t("ab");
      case "shadow":
        return t("shadow", { share: formatWeight(strategy.percent * 100) });
      case "harm-budget":
        return t("harm-budget", { n: strategy.excessErrors, count: formatCount(strategy.excessErrors) });
    }
  };
}
