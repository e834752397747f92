"use client";

import { BellOff, UserCheck } from "lucide-react";
import { useTranslations } from "use-intl";
import { Card } from "@/components/shell/page.tsx";
import { Button } from "@/components/ui/button.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { EmptyState, ErrorState, SkeletonRows } from "@/components/ui/states.tsx";
import { useNow } from "@/components/ui/use-now.ts";
import { isSilenced } from "@/lib/policy/index.ts";
import { AlertsWatch } from "./alerts-watch.tsx";
import { SeverityTag } from "./severity-tag.tsx";
import { type AlertGroup, type AlertView, useAlerts } from "./use-policies.ts";
import { usePolicyWords } from "./use-policy-words.ts";

/** Those that are over are listed, at most so many. */
const OVER_MAX = 30;

interface AlertsCardProps {
  readonly onOpen: (id: string) => void;
}

/** Alerts that fire, by policy and service, and below them what is over. */
export function AlertsCard({ onOpen }: AlertsCardProps) {
  const t = useTranslations("policies.alerts");
  const { data, error, refetch } = useAlerts();
  if (data === undefined) {
    return <Card flush>{error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <SkeletonRows count={4} />}</Card>;
  }
  const byId = new Map(data.items.map((alert) => [alert.id, alert]));
  const over = data.items.filter(({ state }) => state === "resolved").slice(0, OVER_MAX);
  return (
    <div className="grid gap-4">
      <Card flush title={t("firing")}>
        {data.groups.length === 0 ? (
          <EmptyState title={t("empty")} className="border-t border-line">
            {t("emptyDetail")}
            <AlertsWatch alerts={data.items} />
          </EmptyState>
        ) : (
          [...Map.groupBy(data.groups, ({ policy }) => policy).entries()].map(([policy, groups]) => (
            <Group key={policy} groups={groups} byId={byId} onOpen={onOpen} />
          ))
        )}
      </Card>
      {over.length > 0 && (
        <Card flush title={t("over")}>
          <ul>
            {over.map((alert) => (
              <AlertRow key={alert.id} alert={alert} onOpen={onOpen} />
            ))}
          </ul>
        </Card>
      )}
    </div>
  );
}

interface GroupProps extends AlertsCardProps {
  /** Of one policy, a service each. */
  readonly groups: readonly AlertGroup[];
  readonly byId: ReadonlyMap<string, AlertView>;
}

function Group({ byId, groups, onOpen }: GroupProps) {
  const t = useTranslations("policies.alerts");
  const { nameOf } = usePolicyWords();
  const policyName = groups[0] === undefined ? "" : nameOf(groups[0].policy, groups[0].policyName);
  const shown = groups.flatMap(({ alerts }) => alerts).flatMap((id) => byId.get(id) ?? []);
  return (
    <section aria-label={policyName} className="border-t border-line">
      <h3 className="flex flex-wrap items-center gap-x-2 px-4 pt-2.5 text-xs font-[540] text-ink-3">
        <span className="text-ink-2">{policyName}</span>
        {shown.length > 1 && <span className="tabular-nums">{t("count", { n: shown.length })}</span>}
      </h3>
      <ul>
        {shown.map((alert) => (
          <AlertRow key={alert.id} alert={alert} onOpen={onOpen} isGrouped />
        ))}
      </ul>
    </section>
  );
}

function AlertRow({ alert, isGrouped, onOpen }: AlertsCardProps & { readonly alert: AlertView; readonly isGrouped?: boolean }) {
  const t = useTranslations("policies.alerts");
  const { nameOf } = usePolicyWords();
  const { acknowledged, id, policy, policyName, resolvedAt, severity, silencedUntil, since, state, subject, summary } = alert;
  const nowMs = useNow();
  const isSilent = state === "firing" && isSilenced(alert, nowMs);
  return (
    <li
      className={
        isGrouped
          ? "flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2"
          : "flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-line px-4 py-2"
      }
    >
      <SeverityTag severity={severity} state={state} />
      <span className="mono min-w-[9ch]">{subject === "" ? t("mesh") : subject}</span>
      {!isGrouped && <span className="text-ink-2">{nameOf(policy, policyName)}</span>}
      <span lang="en" className="min-w-0 flex-1 basis-[28ch] text-ink-2">
        {summary}
      </span>
      {acknowledged && (
        <span className="inline-flex items-center gap-1 text-xs text-ink-2" title={acknowledged.reason}>
          <UserCheck aria-hidden className="size-3.5" />
          {acknowledged.by}
        </span>
      )}
      {isSilent && (
        <span className="inline-flex items-center gap-1 text-xs text-ink-2" title={silencedUntil ?? undefined}>
          <BellOff aria-hidden className="size-3.5" />
          {t("silent")}
        </span>
      )}
      <span className="text-xs text-ink-3">
        <RelativeTime at={resolvedAt ?? since} />
      </span>
      <Button size="small" onClick={() => onOpen(id)} aria-label={t("whyOf", { subject: subject === "" ? t("mesh") : subject })}>
        {t("why")}
      </Button>
    </li>
  );
}
