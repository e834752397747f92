"use client";

import { FlaskConical } from "lucide-react";
import { useTranslations } from "use-intl";
import type { CompatibilityMatrix } from "@/lib/client/index.ts";
import { pairParam } from "./matrix-link.ts";

interface FindingsProps {
  readonly matrix: CompatibilityMatrix;
  readonly onPair: (pair: string) => void;
}

/** What the decided pairs of an edge say together: which test settles most, and what fits no order of versions. */
export function EdgeFindings({ matrix, onPair }: FindingsProps) {
  const t = useTranslations("compatibility.findings");
  const { exceptions, misfits, model, nextTest, provider } = matrix;
  if (matrix.consumer === provider) return null;
  if (nextTest === null && exceptions.length === 0 && misfits.length === 0 && model !== "majors") return null;
  return (
    <div className="-mx-4 -mb-4 mt-4 grid gap-2.5 border-t border-line px-4 py-3">
      {nextTest !== null && <NextTest matrix={matrix} nextTest={nextTest} onPair={onPair} />}
      {model === "majors" && <p className="text-ink-2">{t("majors", { provider })}</p>}
      {exceptions.length > 0 && (
        <p className="text-ink-2">
          {t("exceptions", { n: exceptions.length, pairs: exceptions.map((cell) => pairOf(matrix, cell)).join(", ") })}
        </p>
      )}
      {misfits.length > 0 && (
        <section className="grid gap-1">
          <h3>{t("misfits")}</h3>
          <ul className="grid gap-1.5">
            {misfits.map((misfit) => (
              <li key={misfit.sentence} className="grid gap-0.5">
                <span className="text-ink-2">{misfit.sentence}</span>
                <span className="flex flex-wrap gap-x-3 gap-y-0.5">
                  {misfit.cells.map((cell) => (
                    <button
                      key={pairParam(cell.consumerVersion, cell.providerVersion)}
                      type="button"
                      className="mono text-accent hover:underline"
                      onClick={() => onPair(pairParam(cell.consumerVersion, cell.providerVersion))}
                    >
                      {cell.consumerVersion} × {cell.providerVersion}
                    </button>
                  ))}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

interface NextTestProps extends FindingsProps {
  readonly nextTest: NonNullable<CompatibilityMatrix["nextTest"]>;
}

function NextTest({ matrix, nextTest, onPair }: NextTestProps) {
  const t = useTranslations("compatibility.findings");
  const { consumerVersion, providerVersion, remaining, settles } = nextTest;
  const settled =
    settles.least === settles.most
      ? t("settles", { least: settles.least })
      : t("settlesRange", { least: settles.least, most: settles.most });
  return (
    <p className="flex items-start gap-2">
      <FlaskConical aria-hidden className="mt-[3px] size-3.5 shrink-0 text-accent" />
      <span>
        <button
          type="button"
          className="text-left font-[540] hover:underline"
          onClick={() => onPair(pairParam(consumerVersion, providerVersion))}
        >
          {t("next", { pair: pairOf(matrix, nextTest) })}
        </button>
        <span className="text-ink-2">: {t("nextDetail", { settles: settled, n: remaining })}</span>
      </span>
    </p>
  );
}

function pairOf(
  { consumer, provider }: CompatibilityMatrix,
  cell: { readonly consumerVersion: string; readonly providerVersion: string },
): string {
  return `${consumer} ${cell.consumerVersion} × ${provider} ${cell.providerVersion}`;
}
