"use client";

import { useQuery } from "@tanstack/react-query";
import { Ellipsis, RotateCcw } from "lucide-react";
import { useRouter } from "next/navigation";
import { lazy, Suspense, useState } from "react";
import { useTranslations } from "use-intl";
import { useLive } from "@/components/live/use-live.ts";
import { useRollbackTarget } from "@/components/live/use-rollback-target.ts";
import { useServiceFigures } from "@/components/live/use-service-figures.ts";
import { ReleaseLine } from "@/components/releases/release-line.tsx";
import { openRollback } from "@/components/rollback/rollback-store.ts";
import { queries } from "@/components/shell/api.ts";
import { Card, Page } from "@/components/shell/page.tsx";
import { SplitSection } from "@/components/splits/split-section.tsx";
import { commandOfFilter, NO_FILTER } from "@/components/tap/tap-filter.ts";
import { Button, ButtonLink } from "@/components/ui/button.tsx";
import { type Command, CopyCommand } from "@/components/ui/copy-command.tsx";
import { Basis } from "@/components/ui/figure.tsx";
import { formatMs, formatRate, formatShare } from "@/components/ui/format.ts";
import { Menu, MenuItem } from "@/components/ui/menu.tsx";
import { quote } from "@/components/ui/quote.ts";
import { EmptyState, ErrorState, Skeleton } from "@/components/ui/states.tsx";
import { DeploymentsCard } from "@/components/workloads/deployments-card.tsx";
import { ApiProblem, type Service } from "@/lib/client/index.ts";
import { HealthTag } from "./health-dot.tsx";
import { InstancesCard } from "./instances-card.tsx";
import { MeetCard } from "./meet-card.tsx";
import { type Removal, RemoveConfirm } from "./remove-confirm.tsx";
import { ServiceCharts } from "./service-charts.tsx";
import { ServiceEvents } from "./service-events.tsx";
import { HostsForm } from "./service-form.tsx";
import { type ServiceTab, ServiceTabs, useServiceTab } from "./service-tabs.tsx";
import { ServiceTap } from "./service-tap.tsx";
import { VersionsCard } from "./versions-card.tsx";

// Routes bring the code that orders rules, with its expressions: nobody waits for it who looks at a split.
const RoutesTab = lazy(async () => ({ default: (await import("./routes/routes-tab.tsx")).RoutesTab }));
const ResilienceTab = lazy(async () => ({ default: (await import("@/components/resilience/resilience-tab.tsx")).ResilienceTab }));

/** Command and resource of what each tab shows. */
const COMMANDS: Readonly<Record<Exclude<ServiceTab, "requests">, readonly [string, string]>> = {
  overview: ["split", "split"],
  routes: ["routes", "routes"],
  resilience: ["policy", "traffic-policy"],
};

function commandOf(tab: ServiceTab, name: string): Command {
  if (tab === "requests") return commandOfFilter({ ...NO_FILTER, service: name });
  const [verb, resource] = COMMANDS[tab];
  return { cli: `interlock ${verb} ${quote(name)}`, method: "GET", path: `/api/v1/services/${name}/${resource}` };
}

/** Everything about one service: its split, what its versions do, who meets whom, and what happened to it. */
export function ServicePage({ name }: { readonly name: string }) {
  const t = useTranslations("services");
  const { data: service, error, refetch } = useQuery({ ...queries.service(name), refetchInterval: 5000 });
  const tab = useServiceTab();
  const isUnknown = error instanceof ApiProblem && error.status === 404;
  return (
    <Page
      title={name}
      aside={service && <ServiceAside service={service} />}
      actions={service && <ServiceActions service={service} />}
      command={<CopyCommand command={commandOf(tab, name)} />}
    >
      {isUnknown ? (
        <Card flush>
          <EmptyState title={t("page.unknown", { service: name })} actions={<ButtonLink href="/services">{t("page.back")}</ButtonLink>}>
            {t("page.unknownBody")}
          </EmptyState>
        </Card>
      ) : service ? (
        <>
          <ServiceTabs rules={service.rules} />
          <Suspense fallback={<LoadingTab />}>
            {tab === "routes" && <RoutesTab service={service} />}
            {tab === "resilience" && <ResilienceTab service={service} />}
            {tab === "requests" && <ServiceTap service={service.name} />}
            {tab === "overview" && <Overview service={service} />}
          </Suspense>
        </>
      ) : error ? (
        <Card flush>
          <ErrorState error={error} onRetry={() => void refetch()} />
        </Card>
      ) : (
        <>
          <ServiceTabs rules={0} />
          <Loading />
        </>
      )}
    </Page>
  );
}

/** What it does now, who meets whom, and what happened to it. */
function Overview({ service }: { readonly service: Service }) {
  const t = useTranslations("services.page");
  return (
    <div className="grid items-start gap-4 min-[1200px]:grid-cols-[minmax(0,1fr)_minmax(340px,27%)]">
      <div className="grid min-w-0 gap-4">
        <ReleaseLine service={service.name} isCard />
        <Card title={<span id="split">{t("split")}</span>} aside={<span className="text-ink-3">{t("splitAside")}</span>}>
          <div className="pt-1" data-tour="split">
            <SplitSection service={service.name} size="large" />
          </div>
        </Card>
        <ServiceCharts service={service} />
        <DeploymentsCard service={service} />
        <InstancesCard service={service} />
      </div>
      <div className="grid min-w-0 gap-4">
        <MeetCard service={service} />
        <VersionsCard service={service} />
        <ServiceEvents service={service.name} />
      </div>
    </div>
  );
}

function ServiceAside({ service }: { readonly service: Service }) {
  const t = useTranslations("services.page");
  const figures = useServiceFigures(service.name);
  const windowMs = useLive((state) => state.windowMs);
  if (!figures) return null;
  return (
    <>
      <HealthTag health={figures.health} />
      <span className="text-ink-2 tabular-nums">
        {figures.errorRate === null || figures.p99Ms === null
          ? t("figuresNone")
          : t("figures", { rate: formatRate(figures.rps), errors: formatShare(figures.errorRate), p99: formatMs(figures.p99Ms) })}
      </span>
      {figures.requests > 0 && <Basis windowMs={windowMs} requests={figures.requests} />}
      {service.hosts.length > 0 && <span className="text-ink-3">{t("hosts", { hosts: service.hosts.join(", ") })}</span>}
    </>
  );
}

function ServiceActions({ service }: { readonly service: Service }) {
  const t = useTranslations("services.page");
  const router = useRouter();
  const [removal, setRemoval] = useState<Removal | null>(null);
  const [isEditingHosts, setEditingHosts] = useState(false);
  const target = useRollbackTarget(service.name);
  const whyNot = service.versions.length < 2 ? t("rollbackOne") : target.isPossible ? null : t("rollbackNothing");
  return (
    <span className="ml-auto flex items-center gap-3">
      {whyNot !== null && (
        <span id="rollback-why" className="text-xs text-ink-3">
          {whyNot}
        </span>
      )}
      <Button
        kind="danger"
        aria-describedby={whyNot === null ? undefined : "rollback-why"}
        whyNot={whyNot}
        onClick={() => openRollback(service.name)}
      >
        <RotateCcw aria-hidden />
        {t("rollback")}
      </Button>
      <Menu
        trigger={
          <Button size="icon" aria-label={t("more")}>
            <Ellipsis aria-hidden />
          </Button>
        }
      >
        <MenuItem onSelect={() => setEditingHosts(true)}>{t("editHosts")}</MenuItem>
        <MenuItem danger onSelect={() => setRemoval({ kind: "service", service: service.name, rev: service.rev })}>
          {t("remove")}
        </MenuItem>
      </Menu>
      {isEditingHosts && <HostsForm service={service} onClose={() => setEditingHosts(false)} />}
      {removal && <RemoveConfirm removal={removal} onClose={() => setRemoval(null)} onDone={() => router.push("/services")} />}
    </span>
  );
}

/** In the shape of the tabs whose code is on its way; the overview is there from the beginning. */
function LoadingTab() {
  return (
    <div className="grid items-start gap-4 min-[1100px]:grid-cols-2">
      <Skeleton className="h-[420px] rounded-3" />
      <Skeleton className="h-[420px] rounded-3" />
    </div>
  );
}

function Loading() {
  return (
    <div className="grid items-start gap-4 min-[1200px]:grid-cols-[minmax(0,1fr)_minmax(340px,27%)]">
      <div className="grid gap-4">
        <Skeleton className="h-[236px] rounded-3" />
        <Skeleton className="h-[250px] rounded-3" />
      </div>
      <Skeleton className="h-[190px] rounded-3" />
    </div>
  );
}
