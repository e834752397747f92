"use client";

import { useMemo, useState } from "react";
import { useTranslations } from "use-intl";
import type { ServiceEdge } from "@/components/live/service-edge.ts";
import { INGRESS } from "@/components/live/topology-shape.ts";
import { useEdge, useVersionEdges } from "@/components/live/use-edge.ts";
import { commandOfFilter, NO_FILTER } from "@/components/tap/tap-filter.ts";
import { ButtonLink } from "@/components/ui/button.tsx";
import { classNames } from "@/components/ui/class-names.ts";
import { EmptyState } from "@/components/ui/states.tsx";
import { Tag, VerdictTag } from "@/components/ui/tag.tsx";
import { EdgeIdentities } from "./edge-identities.tsx";
import { EdgeTap } from "./edge-tap.tsx";
import { EdgeTraffic } from "./edge-traffic.tsx";
import { InspectorFrame, InspectorSection } from "./inspector-frame.tsx";
import { PairHeatMap } from "./pair-heat-map.tsx";

const TABS = ["edge", "requests"] as const;

type Tab = (typeof TABS)[number];

/** One edge: its figures, who its ends are and whether they prove it, and caller versions × callee versions with verdict and traffic. */
export function EdgeInspector({ edgeKey, onClose }: { readonly edgeKey: string; readonly onClose: () => void }) {
  const t = useTranslations("topology.inspector");
  const edge = useEdge(edgeKey);
  const [tab, setTab] = useState<Tab>("edge");
  const [from = "", to = ""] = edgeKey.split(">");
  const command = {
    cli: `interlock versions ${to}`,
    method: "GET" as const,
    path: from === INGRESS ? "/api/v1/topology" : `/api/v1/compatibility?consumer=${from}&provider=${to}`,
  };
  return (
    <InspectorFrame
      label={t("edgeLabel", { from, to })}
      title={`${from} → ${to}`}
      aside={edge && <EdgeTag edge={edge} />}
      command={tab === "requests" ? commandOfFilter({ ...NO_FILTER, caller: from, service: to }) : command}
      onClose={onClose}
    >
      {edge ? (
        <>
          <Tabs current={tab} onChange={setTab} />
          {tab === "requests" ? <EdgeTap key={edgeKey} from={from} to={to} /> : <EdgeFacts edgeKey={edgeKey} from={from} to={to} />}
        </>
      ) : (
        <EmptyState title={t("noRequests")} />
      )}
    </InspectorFrame>
  );
}

/** What its answers prove; requests that are refused say more than that the rest is healthy. */
function EdgeTag({ edge }: { readonly edge: ServiceEdge }) {
  const t = useTranslations("topology.inspector");
  const common = useTranslations("common");
  const isFailing = edge.health === "bad" || edge.health === "warn";
  if (edge.denied > 0 && !isFailing) return <Tag tone="bad">{t("deniedTag")}</Tag>;
  return <Tag tone={edge.health}>{common(`health.${edge.health}`)}</Tag>;
}

function EdgeFacts({ edgeKey, from, to }: { readonly edgeKey: string; readonly from: string; readonly to: string }) {
  const t = useTranslations("topology.inspector");
  const common = useTranslations("common");
  const edge = useEdge(edgeKey);
  const pairs = useVersionEdges(from, to);
  const ends = useMemo(() => [from, to].filter((name) => name !== INGRESS), [from, to]);
  if (!edge) return null;
  return (
    <>
      <EdgeTraffic edge={edge} />
      <EdgeIdentities edge={edge} pairs={pairs} />
      <InspectorSection
        title={t("pairs")}
        aside={from === INGRESS ? null : <VerdictTag verdict={edge.verdict}>{common(`verdict.${edge.verdict}`)}</VerdictTag>}
      >
        <PairHeatMap from={from} to={to} pairs={pairs} />
      </InspectorSection>
      <InspectorSection>
        <div className="flex flex-wrap gap-2">
          {ends.map((name) => (
            <ButtonLink key={name} href={`/services/${name}`}>
              {t("openProvider", { service: name })}
            </ButtonLink>
          ))}
          <ButtonLink href={`/security?tab=authorization&service=${encodeURIComponent(to)}`}>{t("whoMay", { service: to })}</ButtonLink>
        </div>
      </InspectorSection>
    </>
  );
}

function Tabs({ current, onChange }: { readonly current: Tab; readonly onChange: (tab: Tab) => void }) {
  const t = useTranslations("topology.inspector");
  return (
    <div className="flex gap-1 border-b border-line px-3">
      {TABS.map((tab) => (
        <button
          key={tab}
          type="button"
          aria-pressed={tab === current}
          onClick={() => onChange(tab)}
          className={classNames(
            "-mb-px h-8 border-b-2 px-2 text-sm font-[540]",
            tab === current ? "border-accent text-ink" : "border-transparent text-ink-3 hover:text-ink",
          )}
        >
          {t(`tab.${tab}`)}
        </button>
      ))}
    </div>
  );
}
