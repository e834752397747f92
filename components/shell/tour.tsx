"use client";

import { Check } from "lucide-react";
import Link from "next/link";
import { useEffect } from "react";
import { useTranslations } from "use-intl";
import { useStore } from "zustand";
import { useTopologyShape } from "@/components/live/use-mesh.ts";
import { useRecentChanges } from "@/components/live/use-recent-changes.ts";
import { Button, buttonClass } from "@/components/ui/button.tsx";
import { classNames } from "@/components/ui/class-names.ts";
import { shellStore } from "./shell-store.ts";

const SEEN_KEY = "interlock-tour";

const STEPS = [
  { key: "shift", href: "/topology?selected=recommendations" },
  { key: "rollback", href: "/services/recommendations" },
  { key: "refused", href: "/services/payments" },
] as const;

/** Ends the tour for this browser; Settings and the palette start it again. */
function endTour(): void {
  localStorage.setItem(SEEN_KEY, "seen");
  shellStore.setState({ tourStep: null });
}

/** Three steps through the loop, on the demo mesh: shift a canary, roll it back, be refused. Shown once, unless asked for. */
export function Tour() {
  const t = useTranslations("shell.tour");
  const step = useStore(shellStore, (state) => state.tourStep);
  const { services } = useTopologyShape();
  const isDemo = services.some(({ name }) => name === "recommendations") && services.some(({ name }) => name === "payments");
  useEffect(() => {
    if (isDemo && localStorage.getItem(SEEN_KEY) === null && shellStore.getState().tourStep === null) shellStore.setState({ tourStep: 0 });
  }, [isDemo]);
  const done = useDoneSteps();
  const current = step === null ? undefined : STEPS[step];
  if (step === null || current === undefined || !isDemo) return null;
  const isLast = step === STEPS.length - 1;
  return (
    <aside
      aria-label={t("title")}
      className="fixed bottom-[60px] left-[212px] z-30 w-[340px] animate-rise rounded-3 border border-line-2 bg-raised shadow-raised"
    >
      <div className="flex items-center gap-2 px-4 pt-3">
        <div className="flex gap-1" aria-hidden>
          {STEPS.map(({ key }, index) => (
            <span key={key} className={classNames("h-1 w-6 rounded-full", index <= step ? "bg-accent" : "bg-line-2")} />
          ))}
        </div>
        <span className="ml-auto text-xs text-ink-3">{t("step", { n: step + 1 })}</span>
      </div>
      <div className="grid gap-1 px-4 py-2.5">
        <h2>{t(`${current.key}.title`)}</h2>
        <p className="text-ink-2">{t(`${current.key}.body`)}</p>
        {done[current.key] && (
          <p className="flex items-center gap-1.5 text-sm text-ok">
            <Check aria-hidden className="size-3.5" />
            {t("detected")}
          </p>
        )}
      </div>
      <div className="flex items-center gap-2 border-t border-line px-4 py-2.5">
        <Link href={current.href} className={buttonClass({ kind: done[current.key] ? "default" : "primary", size: "small" })}>
          {t("show")}
        </Link>
        <Button
          size="small"
          kind={done[current.key] ? "primary" : "default"}
          onClick={() => (isLast ? endTour() : shellStore.setState({ tourStep: step + 1 }))}
        >
          {isLast ? t("done") : t("next")}
        </Button>
        <Button size="small" kind="ghost" className="ml-auto" onClick={endTour}>
          {t("dismiss")}
        </Button>
      </div>
    </aside>
  );
}

/** What the log already shows to be done; a refusal leaves no trace there, so its step is the operator's to judge. */
function useDoneSteps(): Readonly<Record<(typeof STEPS)[number]["key"], boolean>> {
  const changes = useRecentChanges().filter((change) => change.services.includes("recommendations"));
  const shifted = changes.some(
    (change) => (change.kind === "split.set" || change.kind === "change-set") && JSON.stringify(change.after).includes("1.3.0"),
  );
  return { shift: shifted, rollback: changes.some((change) => change.kind === "rollback"), refused: false };
}
