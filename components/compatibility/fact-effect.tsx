"use client";

import { useTranslations } from "use-intl";
import { useVersionEdges } from "@/components/live/use-edge.ts";
import { useServices } from "@/components/live/use-services.ts";
import { classNames } from "@/components/ui/class-names.ts";
import { formatRate, formatShare } from "@/components/ui/format.ts";
import { Skeleton } from "@/components/ui/states.tsx";
import type { CompatibilityCell, CompatibilityMatrix, WriteAnswer } from "@/lib/client/index.ts";
import { detourOf } from "./detour.ts";
import { ExposureChange } from "./exposure-change.tsx";

interface FactEffectProps {
  readonly matrix: CompatibilityMatrix;
  readonly cell: CompatibilityCell;
  readonly verdict: "compatible" | "incompatible";
  /** What the engine answered to a dry run; null until it has. */
  readonly answer: Pick<WriteAnswer, "exposure" | "notes"> | null;
}

/** What a fact would do before it is recorded: where live requests would go, the exposure, and what the engine has to say. */
export function FactEffect({ matrix, cell, verdict, answer }: FactEffectProps) {
  const t = useTranslations("evidence.fact");
  return (
    <section aria-label={t("effect")} className="grid gap-2.5 border-t border-line pt-3.5">
      <h3>{t("effect")}</h3>
      {verdict === "incompatible" && matrix.consumer !== matrix.provider && <KeptApart matrix={matrix} cell={cell} />}
      {answer === null ? (
        <Skeleton className="h-16" />
      ) : (
        <>
          {answer.notes?.map((note) => (
            <p key={note} className="text-warn">
              {note}
            </p>
          ))}
          {answer.exposure !== undefined && <ExposureChange exposure={answer.exposure} />}
        </>
      )}
    </section>
  );
}

/** Which requests a veto would keep apart, and where they would go. */
function KeptApart({ matrix, cell }: Pick<FactEffectProps, "matrix" | "cell">) {
  const t = useTranslations("evidence.fact");
  const { consumer, provider } = matrix;
  const weights = useServices().find((service) => service.name === provider)?.weights ?? {};
  const edge = useVersionEdges(consumer, provider).find(
    (each) => each.from.version === cell.consumerVersion && each.to.version === cell.providerVersion,
  );
  const detour = detourOf(matrix, cell, weights);
  const rate = formatRate(edge?.rps ?? 0);
  const caller = `${consumer} ${cell.consumerVersion}`;
  if (detour === null) return <p className="text-ink-2">{t("notLive")}</p>;
  const to = detour.to.map(({ version, share }) => `${provider} ${version} (${formatShare(share)})`).join(", ");
  return (
    <p className={classNames(detour.to.length === 0 ? "strong text-bad" : "text-ink")}>
      {detour.to.length === 0
        ? t("nothingLeft", { provider, consumer: caller, rate })
        : edge === undefined || edge.rps === 0
          ? t("goesToIdle", { consumer: caller, to })
          : t("goesTo", { rate, consumer: caller, to })}
    </p>
  );
}
