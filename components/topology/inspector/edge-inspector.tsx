"use client";

import { useTranslations } from "use-intl";
import { INGRESS } from "@/components/live/topology-shape.ts";
import { useEdge, useVersionEdges } from "@/components/live/use-edge.ts";
import { useLive } from "@/components/live/use-live.ts";
import { ButtonLink } from "@/components/ui/button.tsx";
import { Figure } from "@/components/ui/figure.tsx";
import { formatErrorRate, formatMs, formatRate } from "@/components/ui/format.ts";
import { EmptyState } from "@/components/ui/states.tsx";
import { Tag, VerdictTag } from "@/components/ui/tag.tsx";
import { edgeHealth } from "../canvas/draw-picture.ts";
import { InspectorFrame, InspectorSection } from "./inspector-frame.tsx";
import { PairHeatMap } from "./pair-heat-map.tsx";

/** One edge: its figures, and caller versions × callee versions with verdict and traffic. */
export function EdgeInspector({ edgeKey, onClose }: { readonly edgeKey: string; readonly onClose: () => void }) {
  const t = useTranslations("topology.inspector");
  const common = useTranslations("common");
  const edge = useEdge(edgeKey);
  const health = useLive((state) => edgeHealth(state, edgeKey));
  const windowMs = useLive((state) => state.windowMs);
  const [from = "", to = ""] = edgeKey.split(">");
  const pairs = useVersionEdges(from, to);
  const requests = edge?.requests ?? 0;
  return (
    <InspectorFrame
      label={t("edgeLabel", { from, to })}
      title={`${from} → ${to}`}
      aside={edge && <Tag tone={health}>{common(`health.${health}`)}</Tag>}
      command={{
        cli: `interlock versions ${to}`,
        method: "GET",
        path: from === INGRESS ? "/api/v1/topology" : `/api/v1/compatibility?consumer=${from}&provider=${to}`,
      }}
      onClose={onClose}
    >
      {edge ? (
        <>
          <InspectorSection title={t("traffic")} aside={t("window", { seconds: Math.round(windowMs / 1000), n: requests })}>
            <dl className="grid grid-cols-3 gap-3">
              <Stat label={common("requestsPerSecond")}>
                <Figure value={formatRate(edge.rps)} requests={requests} windowMs={windowMs} />
              </Stat>
              <Stat label={common("errors")}>
                <Figure
                  value={formatErrorRate(edge.errorRate)}
                  requests={requests}
                  windowMs={windowMs}
                  tone={health === "bad" || health === "warn" ? health : undefined}
                  missing="–"
                />
              </Stat>
              <Stat label={common("p99")}>
                <Figure value={edge.p99Ms === null ? null : formatMs(edge.p99Ms)} requests={requests} windowMs={windowMs} missing="–" />
              </Stat>
            </dl>
          </InspectorSection>
          <InspectorSection
            title={t("pairs")}
            aside={from === INGRESS ? null : <VerdictTag verdict={edge.verdict}>{common(`verdict.${edge.verdict}`)}</VerdictTag>}
          >
            <PairHeatMap from={from} to={to} pairs={pairs} />
          </InspectorSection>
          <InspectorSection>
            <div className="flex flex-wrap gap-2">
              {[from, to]
                .filter((name) => name !== INGRESS)
                .map((name) => (
                  <ButtonLink key={name} href={`/services/${name}`}>
                    {t("openProvider", { service: name })}
                  </ButtonLink>
                ))}
            </div>
          </InspectorSection>
        </>
      ) : (
        <EmptyState title={t("noRequests")} />
      )}
    </InspectorFrame>
  );
}

function Stat({ label, children }: { readonly label: string; readonly children: React.ReactNode }) {
  return (
    <div className="grid gap-0.5">
      <dt className="text-xs text-ink-3">{label}</dt>
      <dd className="text-lg font-[560]">{children}</dd>
    </div>
  );
}
