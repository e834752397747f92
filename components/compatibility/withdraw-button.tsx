"use client";

import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button.tsx";
import { classNames } from "@/components/ui/class-names.ts";

/** A recorded fact that can be taken back. */
export interface WithdrawableFact {
  readonly id: string;
  readonly sentence: string;
}

interface WithdrawButtonProps {
  readonly fact: WithdrawableFact;
  /** Asked to take the fact back. */
  readonly onWithdraw: (fact: WithdrawableFact) => void;
  readonly className?: string;
}

/** At the end of a line about a fact: takes it back. */
export function WithdrawButton({ fact: { id, sentence }, onWithdraw, className }: WithdrawButtonProps) {
  const t = useTranslations("compatibility.pair");
  return (
    <Button
      kind="ghost"
      size="small"
      className={classNames("-mr-1.5 ml-auto", className)}
      aria-label={t("withdrawFact", { id })}
      onClick={() => onWithdraw({ id, sentence })}
    >
      {t("withdraw")}
    </Button>
  );
}
