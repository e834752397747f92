"use client";

import { Check, CircleHelp, KeyRound, X } from "lucide-react";
import { useTranslations } from "use-intl";
import { classNames } from "@/components/ui/class-names.ts";
import { formatRate } from "@/components/ui/format.ts";
import type { CompatibilityCell, Verdict } from "@/lib/client/index.ts";

const LOOKS = {
  compatible: { Icon: Check, box: "bg-ok-soft", icon: "text-ok" },
  incompatible: { Icon: X, box: "bg-bad-soft", icon: "text-bad" },
  unknown: { Icon: CircleHelp, box: "border border-dashed border-line-2 bg-sunken", icon: "text-unknown" },
} as const satisfies Record<Verdict, unknown>;

interface MatrixCellProps {
  readonly pairKey: string;
  readonly consumer: string;
  readonly provider: string;
  readonly cell: CompatibilityCell;
  /** Requests/s on the pair now. */
  readonly rps: number;
  readonly isOpen: boolean;
  readonly isInTabOrder: boolean;
  readonly onReach: () => void;
  readonly onOpen: () => void;
}

/** One pair: its verdict as a sign and as a word for screen readers, and its traffic. */
export function MatrixCell({ pairKey, consumer, provider, cell, rps, isOpen, isInTabOrder, onReach, onOpen }: MatrixCellProps) {
  const t = useTranslations("compatibility.matrix");
  const verdict = useTranslations("common.verdict");
  const { Icon, box, icon } = LOOKS[cell.verdict];
  const { live } = cell.traffic;
  const isAllowed = cell.evidence.some((fact) => fact.kind === "override");
  const traffic = rps > 0 ? t(live ? "liveRate" : "rate", { rate: formatRate(rps) }) : live ? t("live") : "";
  const name = t("cell", {
    consumer,
    consumerVersion: cell.consumerVersion,
    provider,
    providerVersion: cell.providerVersion,
    verdict: verdict(cell.verdict),
  });
  return (
    <td className="p-0">
      <button
        type="button"
        data-pair={pairKey}
        tabIndex={isInTabOrder ? 0 : -1}
        aria-pressed={isOpen}
        aria-label={[name, traffic, isAllowed ? t("allowed") : ""].filter(Boolean).join(", ")}
        onFocus={onReach}
        onClick={onOpen}
        className={classNames(
          "relative grid h-[50px] w-full place-content-center justify-items-center gap-0.5 rounded-[7px] outline-offset-0 transition-[filter] duration-120 hover:brightness-[1.06]",
          box,
          isOpen && "outline-2 outline-accent",
        )}
      >
        <Icon aria-hidden strokeWidth={2.4} className={classNames("size-[15px]", icon)} />
        {traffic !== "" && (
          <span className={classNames("text-2xs font-[540] tabular-nums", rps > 0 ? "text-ink" : "text-ink-2")}>{traffic}</span>
        )}
        {isAllowed && <KeyRound aria-hidden className="absolute right-1.5 top-1.5 size-3 text-warn" />}
      </button>
    </td>
  );
}
