"use client";

import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { Card } from "@/components/shell/page.tsx";
import { UnlockNote } from "@/components/shell/unlock-note.tsx";
import { useWhyLocked } from "@/components/shell/use-unlocked.ts";
import { Button } from "@/components/ui/button.tsx";
import { Menu, MenuItem } from "@/components/ui/menu.tsx";
import { ErrorState, Skeleton } from "@/components/ui/states.tsx";
import type { Service } from "@/lib/client/index.ts";
import { DeploymentForm } from "./deployment-form.tsx";
import { DeploymentPanel } from "./deployment-panel.tsx";
import { type DeploymentView, useDeployments } from "./use-workloads.ts";

interface Editing {
  readonly version: string;
  readonly deployment: DeploymentView | null;
}

/** The versions of a service that are deployed, each with how far it is from what is wanted; and the way to deploy another. */
export function DeploymentsCard({ service }: { readonly service: Service }) {
  const t = useTranslations("workloads.card");
  const [editing, setEditing] = useState<Editing | null>(null);
  const { data, error, refetch } = useDeployments();
  const deployments = data?.items.filter((each) => each.service === service.name) ?? [];
  const open = service.versions.map(({ version }) => version).filter((version) => !deployments.some((each) => each.version === version));
  return (
    <Card
      title={t("title")}
      aside={
        <>
          <span className="text-ink-3">{t("aside")}</span>
          <span className="ml-auto">
            <DeployButton
              versions={open}
              registered={service.versions.length}
              onDeploy={(version) => setEditing({ version, deployment: null })}
            />
          </span>
        </>
      }
    >
      <div className="grid gap-4">
        <UnlockNote />
        {data ? (
          deployments.length === 0 ? (
            <p className="text-ink-3">{t("none", { service: service.name })}</p>
          ) : (
            deployments.map((deployment) => (
              <DeploymentPanel
                key={deployment.version}
                deployment={deployment}
                onEdit={() => setEditing({ version: deployment.version, deployment })}
              />
            ))
          )
        ) : error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : (
          <Skeleton className="h-24" />
        )}
      </div>
      {editing && (
        <DeploymentForm service={service.name} version={editing.version} deployment={editing.deployment} onClose={() => setEditing(null)} />
      )}
    </Card>
  );
}

interface DeployButtonProps {
  /** Those that are not deployed. */
  readonly versions: readonly string[];
  readonly registered: number;
  readonly onDeploy: (version: string) => void;
}

function DeployButton({ versions, registered, onDeploy }: DeployButtonProps) {
  const t = useTranslations("workloads.card");
  const whyLocked = useWhyLocked();
  const whyNot = whyLocked ?? (registered === 0 ? t("noVersion") : versions.length === 0 ? t("allDeployed") : null);
  const button = (
    <Button size="small" whyNot={whyNot}>
      <Plus aria-hidden />
      {t("deploy")}
    </Button>
  );
  if (whyNot !== null) return button;
  return (
    <Menu trigger={button}>
      {versions.map((version) => (
        <MenuItem key={version} onSelect={() => onDeploy(version)}>
          {t("deployVersion", { version })}
        </MenuItem>
      ))}
    </Menu>
  );
}
