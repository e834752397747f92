"use client";

import { Ban, Check, X } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button.tsx";
import { VerdictTag } from "@/components/ui/tag.tsx";
import type { CompatibilityCell, CompatibilityMatrix } from "@/lib/client/index.ts";
import { ContradictionItem } from "./contradiction-item.tsx";
import { EvidenceTimeline } from "./evidence-timeline.tsx";
import { FactDialog } from "./fact-dialog.tsx";
import { decisionOf } from "./pair-decision.ts";
import { PairTraffic } from "./pair-traffic.tsx";
import type { WithdrawableFact } from "./withdraw-button.tsx";
import { WithdrawDialog } from "./withdraw-dialog.tsx";

interface PairPanelProps {
  readonly matrix: CompatibilityMatrix;
  readonly cell: CompatibilityCell;
  readonly onClose: () => void;
}

/** What is known of one pair: the verdict and what decides it, each fact with its date and author, what contradicts, and the requests that meet it now. */
export function PairPanel({ matrix, cell, onClose }: PairPanelProps) {
  const t = useTranslations("compatibility.pair");
  const common = useTranslations("common");
  const { consumer, provider } = matrix;
  const [recording, setRecording] = useState<"compatible" | "incompatible" | null>(null);
  const [withdrawing, setWithdrawing] = useState<WithdrawableFact | null>(null);
  const contradictions = matrix.contradictions.filter(
    (each) => each.consumer.version === cell.consumerVersion && each.provider.version === cell.providerVersion,
  );
  return (
    <section aria-label={`${consumer} ${cell.consumerVersion} × ${provider} ${cell.providerVersion}`} className="card min-w-0 px-4 py-3.5">
      <div className="flex items-start gap-2">
        <h2 className="min-w-0 flex-1 break-words font-mono text-[12.5px] tracking-[-0.02em]">
          <Link href={`/services/${consumer}`} className="hover:underline">
            {consumer}
          </Link>{" "}
          {cell.consumerVersion} ×{" "}
          <Link href={`/services/${provider}`} className="hover:underline">
            {provider}
          </Link>{" "}
          {cell.providerVersion}
        </h2>
        <VerdictTag verdict={cell.verdict}>{common(`verdict.${cell.verdict}`)}</VerdictTag>
        <Button kind="ghost" size="icon-small" className="-mr-1.5 -mt-0.5" aria-label={t("close")} onClick={onClose}>
          <X aria-hidden />
        </Button>
      </div>
      <Decision cell={cell} isAmongItself={consumer === provider} />
      {cell.evidence.length > 0 && <EvidenceTimeline evidence={cell.evidence} onWithdraw={setWithdrawing} />}
      {contradictions.length > 0 && (
        <ul className="grid gap-2.5 border-t border-line py-3">
          {contradictions.map((each) => (
            <ContradictionItem key={`${each.constraint} ${each.stands.id} ${each.against.id}`} contradiction={each} />
          ))}
        </ul>
      )}
      <div className="flex flex-wrap gap-2.5 border-t border-line pt-3">
        <Button onClick={() => setRecording("incompatible")}>
          <Ban aria-hidden />
          {t("veto")}
        </Button>
        <Button onClick={() => setRecording("compatible")}>
          <Check aria-hidden />
          {t("allow")}
        </Button>
      </div>
      {consumer !== provider && <PairTraffic consumer={consumer} provider={provider} cell={cell} />}
      {recording !== null && <FactDialog matrix={matrix} cell={cell} verdict={recording} onClose={() => setRecording(null)} />}
      {withdrawing !== null && <WithdrawDialog fact={withdrawing} onClose={() => setWithdrawing(null)} />}
    </section>
  );
}

/** The verdict in words: what decides it, and how many facts are for and against. */
function Decision({ cell, isAmongItself }: { readonly cell: CompatibilityCell; readonly isAmongItself: boolean }) {
  const t = useTranslations("compatibility.pair");
  const common = useTranslations("common");
  const decision = decisionOf(cell.evidence, cell.verdict);
  const isOverridden = cell.evidence.some(({ kind }) => kind === "override");
  return (
    <div className="mt-1 grid gap-1 text-ink-2">
      <p>
        {isAmongItself && cell.verdict === "unknown" ? t("sideBySide") : t("verdict", { verdict: common(`verdictLong.${cell.verdict}`) })}{" "}
        {decision === null
          ? !isAmongItself && t("nothingDecides")
          : `${t(`decides.${decision.deciding.kind}`)} ${t("tally", { agreeing: decision.agreeing, against: decision.against })}`}
      </p>
      {cell.inferred !== null && !isAmongItself && <p>{t(`inferred.${cell.inferred}`)}</p>}
      {isOverridden && <p className="text-warn">{t("overrideNote")}</p>}
    </div>
  );
}
