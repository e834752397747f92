"use client";

import Link from "next/link";
import { useTranslations } from "use-intl";
import { matrixLink } from "@/components/compatibility/matrix-link.ts";
import { Button } from "@/components/ui/button.tsx";
import type { PinMove } from "./known-space.ts";
import { type Pins, withPin } from "./pins.ts";
import type { VersionSpace } from "./space-cells.ts";

interface WayOutProps {
  /** Pins to move, and where to. */
  readonly moves: readonly PinMove[];
  /** Or: pairs that would have to work; null where more than a few would. */
  readonly pairs: NonNullable<VersionSpace["counterfactual"]>["pairs"];
  /** The pins that contradict each other. */
  readonly pins: Pins;
  readonly onPins: (pins: Pins) => void;
}

/** The least that would have to be otherwise: other pins, or pairs that would have to work. */
export function WayOut({ moves, onPins, pairs, pins }: WayOutProps) {
  const t = useTranslations("versions.why");
  const hasPairs = pairs !== null && pairs.length > 0;
  const target = moves.reduce((before, { service, to }) => withPin(before, { service, version: to }), pins);
  return (
    <div className="mt-3 grid gap-2 border-t border-line pt-3">
      <h3>{t("wayOut")}</h3>
      {moves.length > 0 && (
        <div className="flex items-center gap-2.5">
          <ul className="grid flex-1 gap-0.5 text-ink-2">
            {moves.map(({ from, service, to }) => (
              <li key={service}>{t("movePin", { service, from, to })}</li>
            ))}
          </ul>
          <Button size="small" onClick={() => onPins(target)}>
            {t("doMove")}
          </Button>
        </div>
      )}
      {moves.length > 0 && hasPairs && <p className="text-xs text-ink-3">{t("or")}</p>}
      {hasPairs && (
        <div className="grid gap-1 text-ink-2">
          <p>{t("pairs", { n: pairs.length })}</p>
          <ul className="grid gap-0.5">
            {pairs.map(({ consumer, provider, sentence }) => (
              <li key={sentence}>
                <Link
                  title={sentence}
                  className="text-accent underline-offset-2 hover:underline"
                  href={matrixLink(consumer.service, provider.service, { consumer: consumer.version, provider: provider.version })}
                >
                  {t("pair", { consumer: `${consumer.service} ${consumer.version}`, provider: `${provider.service} ${provider.version}` })}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      )}
      {moves.length === 0 && !hasPairs && <p className="text-ink-2">{t("nothing")}</p>}
    </div>
  );
}
