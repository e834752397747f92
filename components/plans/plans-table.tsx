"use client";

import Link from "next/link";
import { useTranslations } from "use-intl";
import { classNames } from "@/components/ui/class-names.ts";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { Table, Td, Th } from "@/components/ui/table.tsx";
import { isOver, isWalking, type PlanSummary } from "./plan-view.ts";
import { StateTag } from "./state-tag.tsx";
import { ColouredVersion } from "./version-move.tsx";

/** The plans, one in a row. */
export function PlansTable({ plans }: { readonly plans: readonly PlanSummary[] }) {
  const t = useTranslations("plans.table");
  return (
    <Table label={t("label")}>
      <thead>
        <tr>
          <Th left>{t("id")}</Th>
          <Th left>{t("state")}</Th>
          <Th left>{t("target")}</Th>
          <Th left>{t("progress")}</Th>
          <Th>{t("unproven")}</Th>
          <Th left className="pl-6">
            {t("who")}
          </Th>
          <Th>{t("when")}</Th>
        </tr>
      </thead>
      <tbody>
        {plans.map((plan) => (
          <Row key={plan.id} plan={plan} />
        ))}
      </tbody>
    </Table>
  );
}

function Row({ plan }: { readonly plan: PlanSummary }) {
  const said = plan.pausedBecause ?? plan.waitingFor;
  return (
    <tr className="relative hover:bg-[color-mix(in_srgb,var(--ink)_3%,transparent)]">
      <Td left className={classNames("whitespace-nowrap", isWalking(plan) && "shadow-[inset_3px_0_0_var(--accent)]")}>
        <Link href={`/plans/${encodeURIComponent(plan.id)}`} className="mono font-[560] after:absolute after:inset-0">
          {plan.id}
        </Link>
      </Td>
      <Td left>
        <StateTag state={plan.state} />
      </Td>
      <Td left className="max-w-[520px]">
        <span className={classNames("flex flex-wrap gap-x-4 gap-y-1", isOver(plan) && "text-ink-2")}>
          {Object.entries(plan.target).map(([service, version]) => (
            <span key={service} className="inline-flex items-center gap-2 whitespace-nowrap">
              {service}
              <ColouredVersion service={service} version={version} />
            </span>
          ))}
        </span>
        {said !== null && (
          <span className={classNames("mt-0.5 block text-xs", plan.pausedBecause === null ? "text-ink-2" : "text-warn")}>{said}</span>
        )}
      </Td>
      <Td left>
        <Progress done={plan.wavesDone} waves={plan.waves} />
      </Td>
      <Td className={plan.cost.risk > 0 ? "" : "text-ink-3"}>{plan.cost.risk}</Td>
      <Td left className="max-w-[280px] truncate pl-6" title={plan.reason}>
        {plan.author}
        {plan.reason !== "" && <span className="text-ink-3"> {plan.reason}</span>}
      </Td>
      <Td className="whitespace-nowrap text-ink-2">
        <RelativeTime at={plan.movedAt} />
      </Td>
    </tr>
  );
}

function Progress({ done, waves }: { readonly done: number; readonly waves: number }) {
  const t = useTranslations("plans.table");
  const places = Array.from({ length: waves }, (_, place) => place);
  return (
    <span className="flex items-center gap-2 whitespace-nowrap">
      <span aria-hidden className="flex w-[84px] gap-[2px]">
        {places.map((place) => (
          <span key={place} className={classNames("h-1.5 flex-1 rounded-full", place < done ? "bg-accent" : "bg-line-2")} />
        ))}
      </span>
      <span className="text-ink-2">{t("wavesOf", { done, waves })}</span>
    </span>
  );
}
