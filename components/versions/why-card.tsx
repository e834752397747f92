"use client";

import { useTranslations } from "use-intl";
import { Card } from "@/components/shell/page.tsx";
import { Button, ButtonLink } from "@/components/ui/button.tsx";
import { formatWeight } from "@/components/ui/format.ts";
import type { Service } from "@/lib/client/index.ts";
import { type KnownSpace, movesFor } from "./known-space.ts";
import { type Pins, withoutPin, withPin } from "./pins.ts";
import type { SpaceCell, VersionSpace } from "./space-cells.ts";
import { useWhatIf } from "./use-version-space.ts";
import { WayOut } from "./way-out.tsx";

/** So much that the card beneath stays where it is from one version to the next; not before the first one. */
const ROOM = "min-[1180px]:min-h-[264px]";

interface WhyProps {
  /** The version that was pointed at last. */
  readonly cell: SpaceCell | null;
  /** The answer with the pins, where no configuration has them all. */
  readonly contradiction: VersionSpace | null;
  readonly known: KnownSpace;
  readonly services: readonly Service[];
  readonly pins: Pins;
  readonly onPins: (pins: Pins) => void;
  readonly onlyReady: boolean;
}

/** Why the pins, or the version in question, cannot be, step by step, and what would make it possible. */
export function WhyCard({ cell, contradiction, known, onPins, onlyReady, pins, services }: WhyProps) {
  const t = useTranslations("versions.why");
  if (contradiction !== null) {
    return (
      <Card className={ROOM} title={t("conflict")}>
        <Chain sentences={contradiction.why} />
        {contradiction.counterfactual !== null && (
          <WayOut moves={contradiction.counterfactual.pins} pairs={contradiction.counterfactual.pairs} pins={pins} onPins={onPins} />
        )}
      </Card>
    );
  }
  if (cell === null) {
    return (
      <Card title={t("choose")}>
        <p className="text-ink-3">{t("chooseDetail")}</p>
      </Card>
    );
  }
  if (cell.state === "possible" || cell.state === "pinned") return <PossibleCard cell={cell} services={services} />;
  return <NotPossibleCard cell={cell} known={known} pins={pins} onPins={onPins} onlyReady={onlyReady} />;
}

interface NotPossibleProps extends Pick<WhyProps, "known" | "pins" | "onPins" | "onlyReady"> {
  readonly cell: SpaceCell;
}

function NotPossibleCard({ cell, known, onPins, onlyReady, pins }: NotPossibleProps) {
  const t = useTranslations("versions");
  const wanted = withPin(withoutPin(pins, cell.service), cell);
  const whatIf = useWhatIf(wanted, onlyReady);
  const pinned = pins.get(cell.service);
  const canBeInstead = whatIf !== null && whatIf.newest !== null && pinned !== undefined;
  const sentences = cell.reasons.length > 0 ? cell.reasons : (whatIf?.why ?? []);
  return (
    <Card className={ROOM} title={t("why.not", { service: cell.service, version: cell.version })}>
      {pinned !== undefined ? (
        <Chain sentences={[t("setAsideBy", { service: cell.service, version: pinned }), ...(canBeInstead ? [] : (whatIf?.why ?? []))]} />
      ) : sentences.length > 0 ? (
        <Chain sentences={sentences} />
      ) : (
        <p className="text-ink-3">{t("waiting")}</p>
      )}
      {canBeInstead && (
        <div className="mt-3 flex items-center gap-2.5 border-t border-line pt-3">
          <p className="flex-1 text-ink-2">{t("why.insteadDetail", { service: cell.service, version: pinned })}</p>
          <Button size="small" onClick={() => onPins(wanted)}>
            {t("why.instead")}
          </Button>
        </div>
      )}
      {whatIf !== null && whatIf.newest === null && (
        <WayOut moves={movesFor(known, pins, cell) ?? []} pairs={whatIf.counterfactual?.pairs ?? null} pins={wanted} onPins={onPins} />
      )}
    </Card>
  );
}

function PossibleCard({ cell, services }: { readonly cell: SpaceCell; readonly services: readonly Service[] }) {
  const t = useTranslations("versions");
  const entry = services.find(({ name }) => name === cell.service)?.versions.find(({ version }) => version === cell.version);
  const requirements = Object.entries(entry?.requirements ?? {});
  const facts = [
    entry !== undefined && entry.weightBp > 0 ? t("cellLive", { weight: formatWeight(entry.weightBp) }) : "",
    cell.share === null ? "" : t("inShare", { share: `${Math.round(cell.share * 100)}\u00a0%` }),
  ].filter(Boolean);
  return (
    <Card
      className={ROOM}
      title={t("why.possible", { service: cell.service, version: cell.version })}
      aside={
        <ButtonLink size="small" kind="ghost" className="-mr-2 ml-auto" href={`/services/${encodeURIComponent(cell.service)}`}>
          {t("why.open")}
        </ButtonLink>
      }
    >
      {facts.map((fact) => (
        <p key={fact} className="text-ink-2 first-letter:uppercase">
          {fact}
        </p>
      ))}
      {requirements.length === 0 ? (
        <p className="mt-1 text-ink-3">{t("why.noRequirements")}</p>
      ) : (
        <dl className="mt-2 grid grid-cols-[max-content_1fr] gap-x-3 gap-y-0.5 text-ink-2">
          <dt className="col-span-2 text-xs text-ink-3">{t("why.requires")}</dt>
          {requirements.map(([service, range]) => (
            <div key={service} className="contents">
              <dt>{service}</dt>
              <dd className="mono">{range}</dd>
            </div>
          ))}
        </dl>
      )}
    </Card>
  );
}

function Chain({ sentences }: { readonly sentences: readonly string[] }) {
  return (
    <ol className="grid list-decimal gap-1.5 pl-[18px] text-ink-2 marker:text-ink-3">
      {[...new Set(sentences)].map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ol>
  );
}
