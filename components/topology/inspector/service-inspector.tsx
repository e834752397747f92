"use client";

import { useTranslations } from "use-intl";
import { useTopologyLoaded } from "@/components/live/use-mesh.ts";
import { useRollbackTarget } from "@/components/live/use-rollback-target.ts";
import { useServiceFigures, useTopologyService } from "@/components/live/use-service-figures.ts";
import { ReleaseLine } from "@/components/releases/release-line.tsx";
import { openRollback } from "@/components/rollback/rollback-store.ts";
import { SplitSection } from "@/components/splits/split-section.tsx";
import { Button, ButtonLink } from "@/components/ui/button.tsx";
import { Kbd } from "@/components/ui/kbd.tsx";
import { EmptyState, Skeleton } from "@/components/ui/states.tsx";
import { Tag } from "@/components/ui/tag.tsx";
import { CallersMatrix } from "./callers-matrix.tsx";
import { ErrorsByVersion } from "./errors-by-version.tsx";
import { InspectorFrame, InspectorSection } from "./inspector-frame.tsx";
import { InstancesOut } from "./instances-out.tsx";
import { NeighbourList } from "./neighbour-list.tsx";
import { ServiceDecisions } from "./service-decisions.tsx";

interface ServiceInspectorProps {
  readonly service: string;
  readonly onClose: () => void;
  /** Selects an edge by `from>to`. */
  readonly onEdge: (key: string) => void;
}

/** Everything about one service that an operator needs in order to act. */
export function ServiceInspector({ service, onClose, onEdge }: ServiceInspectorProps) {
  const t = useTranslations("topology.inspector");
  const common = useTranslations("common");
  const isLoaded = useTopologyLoaded();
  const measured = useTopologyService(service);
  const health = useServiceFigures(service)?.health ?? "unknown";
  const path = `/api/v1/services/${service}/split`;
  return (
    <InspectorFrame
      label={t("label", { service })}
      title={service}
      aside={
        measured && (
          <>
            <Tag tone={health}>{common(`health.${health}`)}</Tag>
            <ButtonLink kind="ghost" size="small" href={`/services/${service}`} className="ml-auto">
              {t("open")}
            </ButtonLink>
          </>
        )
      }
      command={{ cli: `interlock split ${service}`, method: "GET", path }}
      onClose={onClose}
    >
      {measured ? (
        <>
          <ReleaseLine service={service} />
          <InspectorSection title={t("split")} aside={<SplitHint />}>
            <SplitSection key={service} service={service} size="inspector" />
          </InspectorSection>
          <InstancesOut service={service} />
          <ErrorsByVersion service={service} />
          <RollbackSection service={service} />
          <InspectorSection title={t("callers")}>
            <CallersMatrix service={service} />
          </InspectorSection>
          <NeighbourList service={service} onEdge={onEdge} />
          <ServiceDecisions service={service} />
        </>
      ) : isLoaded ? (
        <EmptyState title={t("gone", { service })}>{t("goneDetail")}</EmptyState>
      ) : (
        <div className="grid gap-3 p-4">
          <Skeleton className="h-[34px]" />
          <Skeleton className="h-[96px]" />
          <Skeleton className="h-[104px]" />
        </div>
      )}
    </InspectorFrame>
  );
}

function SplitHint() {
  const t = useTranslations("splits.bar");
  return (
    <>
      {t("hint")} <Kbd>W</Kbd>
    </>
  );
}

function RollbackSection({ service }: { readonly service: string }) {
  const t = useTranslations("topology.inspector");
  const target = useRollbackTarget(service);
  return (
    <InspectorSection>
      <Button
        kind="danger"
        className="w-full"
        aria-describedby={target.isPossible ? undefined : "rollback-why"}
        whyNot={target.isPossible ? null : t("rollbackNothing")}
        onClick={() => openRollback(service)}
      >
        {target.version === null ? t("rollback") : t("rollbackTo", { version: target.version })} <Kbd>R</Kbd>
      </Button>
      {!target.isPossible && (
        <p id="rollback-why" className="mt-1.5 text-xs text-ink-3">
          {t("rollbackNothing")}
        </p>
      )}
    </InspectorSection>
  );
}
