"use client";

import { ArrowRight, Ban } from "lucide-react";
import { useTranslations } from "use-intl";
import { INGRESS } from "@/components/live/topology-shape.ts";
import { useEdge } from "@/components/live/use-edge.ts";
import { useLive } from "@/components/live/use-live.ts";
import { useTopologyShape } from "@/components/live/use-mesh.ts";
import { classNames } from "@/components/ui/class-names.ts";
import { formatCount, formatErrorRate, formatMs, formatRate } from "@/components/ui/format.ts";
import { edgeHealth } from "../canvas/draw-picture.ts";
import { InspectorSection } from "./inspector-frame.tsx";

/** The edges of a service as a list: the way to each of them without a pointer. */
export function NeighbourList({ service, onEdge }: { readonly service: string; readonly onEdge: (key: string) => void }) {
  const t = useTranslations("topology.inspector");
  const { edges } = useTopologyShape();
  const callees = edges.filter((edge) => edge.from === service);
  const callers = edges.filter((edge) => edge.to === service && edge.from !== INGRESS);
  return (
    <>
      <InspectorSection title={t("calls")}>
        {callees.length === 0 ? (
          <p className="text-ink-3">{t("noCalls")}</p>
        ) : (
          callees.map((edge) => <EdgeRow key={edge.key} edgeKey={edge.key} name={edge.to} onEdge={onEdge} />)
        )}
      </InspectorSection>
      {callers.length > 0 && (
        <InspectorSection title={t("calledBy")}>
          {callers.map((edge) => (
            <EdgeRow key={edge.key} edgeKey={edge.key} name={edge.from} onEdge={onEdge} />
          ))}
        </InspectorSection>
      )}
    </>
  );
}

function EdgeRow({ edgeKey, name, onEdge }: { readonly edgeKey: string; readonly name: string; readonly onEdge: (key: string) => void }) {
  const t = useTranslations("topology.inspector");
  const edge = useEdge(edgeKey);
  const health = useLive((state) => edgeHealth(state, edgeKey));
  return (
    <button
      type="button"
      onClick={() => onEdge(edgeKey)}
      className="-mx-2 grid h-7 w-[calc(100%+16px)] grid-cols-[minmax(0,1fr)_64px_56px_60px_14px] items-center gap-x-2 rounded-2 px-2 text-left hover:bg-accent-soft"
    >
      <span className="truncate">{name}</span>
      {edge && edge.requests > 0 ? (
        <>
          <span className="text-right tabular-nums text-ink-2">{t("perSecond", { rate: formatRate(edge.rps) })}</span>
          <span
            className={classNames(
              "text-right tabular-nums",
              health === "bad" ? "strong text-bad" : health === "warn" ? "strong text-warn" : "text-ink-3",
            )}
          >
            {formatErrorRate(edge.errorRate)}
          </span>
          <span className="text-right tabular-nums text-ink-3">{edge.p99Ms === null ? "–" : formatMs(edge.p99Ms)}</span>
        </>
      ) : (
        <span className="col-span-3 text-right text-ink-3">{t("noRequests")}</span>
      )}
      {edge && edge.denied > 0 ? (
        <Ban
          role="img"
          aria-label={t("deniedMark", { n: edge.denied, count: formatCount(edge.denied) })}
          className="size-3 text-bad"
          strokeWidth={2.2}
        />
      ) : (
        <ArrowRight aria-hidden className="size-3 text-ink-3" />
      )}
    </button>
  );
}
