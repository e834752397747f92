"use client";

import { Check, CircleHelp, FlaskConical, KeyRound, TriangleAlert, X } from "lucide-react";
import { useTranslations } from "use-intl";
import { classNames } from "@/components/ui/class-names.ts";
import { formatRate } from "@/components/ui/format.ts";
import type { CompatibilityCell } from "@/lib/client/index.ts";
import type { CellBounds } from "./cell-bounds.ts";
import { CellLines } from "./cell-lines.tsx";

/** What the edge as a whole says of one of its cells. */
export interface CellMarks {
  readonly bounds: CellBounds | undefined;
  /** A single broken release between working ones. */
  readonly isException: boolean;
  /** The test that the edge is best continued with. */
  readonly isNextTest: boolean;
  readonly isContradicted: boolean;
}

interface MatrixCellProps {
  readonly pairKey: string;
  readonly consumer: string;
  readonly provider: string;
  readonly cell: CompatibilityCell;
  readonly marks: CellMarks;
  /** Requests/s on the pair now. */
  readonly rps: number;
  readonly isOpen: boolean;
  readonly isInTabOrder: boolean;
  readonly onReach: () => void;
  readonly onOpen: () => void;
}

/** One pair: its verdict as a sign and as a word for screen readers, what is inferred of it, and its traffic. */
export function MatrixCell(props: MatrixCellProps) {
  const { pairKey, cell, marks, rps, isOpen, isInTabOrder, onReach, onOpen } = props;
  const t = useTranslations("compatibility.matrix");
  const { Icon, box, icon } = looksOf(cell);
  const { live } = cell.traffic;
  const isAllowed = cell.evidence.some((fact) => fact.kind === "override");
  const traffic = rps > 0 ? t(live ? "liveRate" : "rate", { rate: formatRate(rps) }) : live ? t("live") : "";
  const note = cell.inferred === null ? (marks.isException ? t("exception") : "") : t("inferred");
  return (
    <td className="relative p-0">
      {marks.bounds && <CellLines bounds={marks.bounds} />}
      <button
        type="button"
        data-pair={pairKey}
        tabIndex={isInTabOrder ? 0 : -1}
        aria-pressed={isOpen}
        aria-label={useCellName(props, traffic, isAllowed)}
        onFocus={onReach}
        onClick={onOpen}
        className={classNames(
          "relative grid h-[54px] w-full place-content-center justify-items-center gap-0.5 rounded-[7px] outline-offset-0 transition-[filter] duration-120 hover:brightness-[1.06]",
          box,
          isOpen && "outline-2 outline-accent",
        )}
      >
        <Icon aria-hidden strokeWidth={2.4} className={classNames("size-[15px]", icon)} />
        {traffic !== "" && (
          <span className={classNames("text-2xs font-[540] tabular-nums", rps > 0 ? "text-ink" : "text-ink-2")}>{traffic}</span>
        )}
        {note !== "" && <span className="text-2xs text-ink-2">{note}</span>}
        <span aria-hidden className="absolute right-1.5 top-1.5 flex gap-1 [&>svg]:size-3">
          {marks.isNextTest && <FlaskConical className="text-accent" />}
          {marks.isContradicted && <TriangleAlert className="text-warn" />}
          {isAllowed && <KeyRound className="text-warn" />}
        </span>
      </button>
    </td>
  );
}

const LOOKS = {
  compatible: { Icon: Check, box: "bg-ok-soft", icon: "text-ok" },
  incompatible: { Icon: X, box: "bg-bad-soft", icon: "text-bad" },
  unknown: { Icon: CircleHelp, box: "border border-dashed border-line-2 bg-sunken", icon: "text-unknown" },
} as const;
/** What is inferred has the sign of what it suggests and nothing of its weight. */
const INFERRED_LOOKS = {
  compatible: { Icon: Check, box: "border border-dashed border-ok bg-panel", icon: "text-unknown" },
  incompatible: { Icon: X, box: "border border-dashed border-bad bg-panel", icon: "text-unknown" },
} as const;

function looksOf({ inferred, verdict }: CompatibilityCell) {
  return inferred === null ? LOOKS[verdict] : INFERRED_LOOKS[inferred];
}

function useCellName({ cell, consumer, marks, provider }: MatrixCellProps, traffic: string, isAllowed: boolean): string {
  const t = useTranslations("compatibility.matrix");
  const verdict = useTranslations("common.verdict");
  const { consumerVersion, inferred, providerVersion } = cell;
  const parts = [
    t("cell", { consumer, consumerVersion, provider, providerVersion, verdict: verdict(cell.verdict) }),
    inferred === null ? "" : `${t("inferred")}: ${t(inferred === "compatible" ? "inferredCompatible" : "inferredIncompatible")}`,
    marks.isException ? `${t("exception")}: ${t("exceptionLong")}` : "",
    traffic,
    marks.isNextTest ? t("next") : "",
    marks.isContradicted ? t("contradicted") : "",
    isAllowed ? t("allowed") : "",
  ];
  return parts.filter(Boolean).join(", ");
}
