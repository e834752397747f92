"use client";

import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { durationText } from "@/components/ui/duration.ts";
import { formatRate } from "@/components/ui/format.ts";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { commandText } from "./command-words.ts";
import type { DeploymentView } from "./use-workloads.ts";

/** What a deployment is made of. */
export function DeploymentFacts({ deployment }: { readonly deployment: DeploymentView }) {
  const t = useTranslations("workloads.card");
  const { autoscale, capacityRps, command, env, health, maxSurge, maxUnavailable, nodes, readyCapacityRps, rps, updatedAt, updatedBy } =
    deployment;
  const names = Object.keys(env);
  const within = health.startWithinMs === undefined ? "" : `, ${t("within", { time: durationText(health.startWithinMs) })}`;
  const check = health.kind === "tcp" ? t("healthTcp") : t("healthHttp", { path: health.path ?? "/" });
  return (
    <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
      <Fact name={t("command")}>
        <code className="mono break-all">{commandText(command)}</code>
      </Fact>
      {names.length > 0 && (
        <Fact name={t("env")}>
          <span className="mono break-all">{names.join(" ")}</span>
        </Fact>
      )}
      <Fact name={t("health")}>{`${check}${within}`}</Fact>
      <Fact name={t("where")}>{nodes.length === 0 ? t("anyNode") : <span className="mono">{nodes.join(" ")}</span>}</Fact>
      <Fact name={t("limits")}>{t("limitsText", { surge: maxSurge, unavailable: maxUnavailable })}</Fact>
      {capacityRps !== null && (
        <Fact name={t("capacity")}>{t("capacityText", { each: formatRate(capacityRps), all: formatRate(readyCapacityRps ?? 0) })}</Fact>
      )}
      {autoscale !== null && (
        <Fact name={t("replicas")}>
          {t("autoscale", {
            min: autoscale.min,
            max: autoscale.max,
            target: formatRate(autoscale.targetRps),
            window: durationText(autoscale.stabilisationMs),
          })}
          {"; "}
          {t("autoscaleNow", { rps: formatRate(rps) })}
        </Fact>
      )}
      <Fact name={t("changed")}>
        <RelativeTime at={updatedAt} />, {t("changedBy", { who: updatedBy })}
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className="min-w-0 text-ink-2">{children}</dd>
    </>
  );
}
