"use client";

import { Ellipsis, OctagonX } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { useVersionColor } from "@/components/live/use-version-color.ts";
import { useWhyLocked } from "@/components/shell/use-unlocked.ts";
import { Button } from "@/components/ui/button.tsx";
import { Menu, MenuItem } from "@/components/ui/menu.tsx";
import { useProblemTitle } from "@/components/ui/use-problem-title.ts";
import { VersionSwatch } from "@/components/ui/version-swatch.tsx";
import { ConvergenceBar } from "./convergence-bar.tsx";
import { type DeploymentAct, DeploymentConfirm } from "./deployment-confirm.tsx";
import { DeploymentFacts } from "./deployment-facts.tsx";
import { ProcessesTable } from "./processes-table.tsx";
import { ReplicasStepper } from "./replicas-stepper.tsx";
import type { DeploymentView } from "./use-workloads.ts";

/** One deployment: wanted, actual and ready as they converge, how far a roll is, what it is made of, and its processes. */
export function DeploymentPanel({ deployment, onEdit }: { readonly deployment: DeploymentView; readonly onEdit: () => void }) {
  const t = useTranslations("workloads.card");
  const whyLocked = useWhyLocked();
  const colour = useVersionColor(deployment.service, deployment.version);
  const [act, setAct] = useState<DeploymentAct | null>(null);
  const { actual, autoscale, leaving, note, problem, target, version, waitingFor } = deployment;
  const extra = actual + leaving - target;
  const more = (
    <Button kind="ghost" size="icon-small" whyNot={whyLocked} aria-label={t("actions", { version })}>
      <Ellipsis aria-hidden />
    </Button>
  );
  return (
    <section aria-label={`${deployment.service} ${version}`} className="grid gap-3 rounded-2 border border-line p-3.5">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h3 className="flex items-center gap-2">
          <VersionSwatch colour={colour} />
          <span className="mono">{version}</span>
        </h3>
        <div className="min-w-[180px] flex-1">
          <ConvergenceBar deployment={deployment} colour={colour} />
        </div>
        {extra > 0 && <span className="text-xs text-ink-3">{t("extra", { n: extra })}</span>}
        {autoscale === null && <ReplicasStepper key={`${deployment.generation} ${deployment.replicas}`} deployment={deployment} />}
        {whyLocked === null ? (
          <Menu trigger={more}>
            <MenuItem onSelect={onEdit}>{t("edit")}</MenuItem>
            <MenuItem onSelect={() => setAct("restart")}>{t("restart")}</MenuItem>
            <MenuItem danger onSelect={() => setAct("undeploy")}>
              {t("undeploy")}
            </MenuItem>
          </Menu>
        ) : (
          more
        )}
      </div>
      <Roll deployment={deployment} colour={colour} />
      {problem ? (
        <Problem problem={problem} />
      ) : (
        <p aria-live="polite" className="text-ink-2">
          {waitingFor ?? note ?? t("fine")}
        </p>
      )}
      <DeploymentFacts deployment={deployment} />
      <ProcessesTable deployment={deployment} />
      {act && <DeploymentConfirm act={act} deployment={deployment} onClose={() => setAct(null)} />}
    </section>
  );
}

/** How far a roll to a new generation is; nothing while none is under way. */
function Roll({ deployment, colour }: { readonly deployment: DeploymentView; readonly colour: string }) {
  const t = useTranslations("workloads.card");
  const { generation, instances, target, updated } = deployment;
  const isRolling = instances.some((each) => each.generation !== generation && each.desired !== "drain");
  if (!isRolling) return null;
  return (
    <div className="flex items-center gap-2.5">
      <span className="text-sm text-ink-2 tabular-nums">{t("rolling", { updated, target })}</span>
      <progress className="sr-only" value={updated} max={target} aria-label={t("rolling", { updated, target })} />
      <span aria-hidden className="h-1.5 flex-1 overflow-hidden rounded-full bg-sunken">
        <span
          className="block h-full transition-[width] duration-180 ease-settle"
          style={{ width: `${target === 0 ? 0 : (updated / target) * 100}%`, background: colour }}
        />
      </span>
    </div>
  );
}

function Problem({ problem }: { readonly problem: NonNullable<DeploymentView["problem"]> }) {
  const t = useTranslations("workloads.card");
  const titleOf = useProblemTitle();
  return (
    <div role="alert" className="grid gap-1 rounded-2 bg-bad-soft px-3 py-2.5">
      <p className="flex items-center gap-2 font-semibold">
        <OctagonX aria-hidden className="size-4 shrink-0 text-bad" />
        {titleOf(problem.code) ?? problem.code}
        <span className="mono text-xs font-normal text-ink-2">
          {problem.code}
          {problem.path !== "" && ` ${t("problemAt", { field: problem.path })}`}
        </span>
      </p>
      <p className="text-ink-2">
        {problem.detail} <span className="text-ink">{problem.fix}</span>
      </p>
    </div>
  );
}
