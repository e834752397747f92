"use client";

import { ListOrdered } from "lucide-react";
import { useRouter } from "next/navigation";
import type { RefObject } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { newPlanHref } from "@/components/plans/plan-question.ts";
import { wavesOfClosure } from "@/components/plans/plan-view.ts";
import { WayList } from "@/components/plans/way-list.tsx";
import { isGivenUp } from "@/components/shell/api.ts";
import { Button, ButtonLink } from "@/components/ui/button.tsx";
import { type Closure, othersOf } from "./rollback-answer.ts";
import { closeRollback } from "./rollback-store.ts";
import { useRollbackPlan } from "./use-rollback.ts";

/** A rollback that takes other services along: which, in which order, and from where on there is no way back. */
export function RollbackClosure({
  closure,
  isKnown,
  isRefused,
  onKnown,
}: {
  readonly closure: Closure;
  /** The service is not let go alone; where it is, only so that every pair stays safe. */
  readonly isRefused: boolean;
  /** Whether the point of no return was said yes to. */
  readonly isKnown: boolean;
  readonly onKnown: (isKnown: boolean) => void;
}) {
  const t = useTranslations("rollback.closure");
  const common = useTranslations("rollback");
  const others = othersOf(closure);
  return (
    <section className="grid gap-3">
      <div className="grid gap-1 rounded-2 border border-[color-mix(in_srgb,var(--warn)_45%,var(--line))] bg-warn-soft px-3.5 py-3">
        <p className="flex items-center gap-2 font-semibold">
          <ListOrdered aria-hidden className="size-4 shrink-0 text-warn" />
          {t(isRefused ? "title" : "titleBetter", { service: closure.service })}
        </p>
        <p className="text-ink-2">{t("detail", { n: others.length })}</p>
      </div>
      <dl className="grid grid-cols-[150px_minmax(0,1fr)] gap-x-3 gap-y-2">
        <dt className="text-ink-2">{t("others")}</dt>
        <dd className="font-[560]">{others.join(", ")}</dd>
        <dt className="text-ink-2">{common("noReturn")}</dt>
        <dd className={closure.irreversible === undefined ? "" : "text-bad"}>{closure.irreversible ?? t("noReturnNot")}</dd>
      </dl>
      <div>
        <h2 className="mb-1">{t("order")}</h2>
        <WayList waves={wavesOfClosure(closure.steps)} />
      </div>
      {closure.forward && (
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-ink-2">
          {t("forward", { service: closure.forward.service, version: closure.forward.to, n: closure.forward.steps })}
          <ButtonLink
            size="small"
            href={newPlanHref([{ service: closure.forward.service, version: closure.forward.to }])}
            onClick={closeRollback}
          >
            {t("forwardGo")}
          </ButtonLink>
        </p>
      )}
      {closure.irreversible !== undefined && (
        <label className="flex items-center gap-2">
          <input type="checkbox" checked={isKnown} onChange={(event) => onKnown(event.target.checked)} />
          {t("ack")}
        </label>
      )}
    </section>
  );
}

interface PlanRollbackProps {
  readonly button: RefObject<HTMLButtonElement | null>;
  readonly closure: Closure;
  readonly isRefused: boolean;
  readonly isKnown: boolean;
  readonly to: string | undefined;
  readonly reason: string;
}

/** Makes a plan of the whole closure, walks it, and goes to where it can be watched. */
export function PlanRollbackButton({ button, closure, isKnown, isRefused, reason, to }: PlanRollbackProps) {
  const t = useTranslations("rollback.closure");
  const router = useRouter();
  const plan = useRollbackPlan((id) => router.push(`/plans/${encodeURIComponent(id)}`));
  const isClosed = closure.irreversible !== undefined;
  const press = () =>
    plan.mutate({ service: closure.service, to, reason }, { onError: (error) => !isGivenUp(error) && toast.error(error.message) });
  return (
    <Button
      {...(isRefused && { ref: button })}
      kind={isRefused ? "danger-solid" : "default"}
      size="large"
      className={isRefused ? "flex-1" : ""}
      disabled={plan.isPending}
      whyNot={isClosed && !isKnown ? t("ackNeeded") : null}
      onClick={press}
    >
      {plan.isPending ? t("making") : t("plan")}
    </Button>
  );
}
