"use client";

import { ViewportPortal } from "@xyflow/react";
import { useTranslations } from "use-intl";
import { useShallow } from "zustand/react/shallow";
import { useEdge } from "@/components/live/use-edge.ts";
import { useLive } from "@/components/live/use-live.ts";
import { classNames } from "@/components/ui/class-names.ts";
import { formatErrorRate, formatMs, formatRate, formatShare } from "@/components/ui/format.ts";
import { edgeHealth } from "./draw-picture.ts";
import { createEdgeLine, pointAt } from "./edge-geometry.ts";
import { emphasisOfEdge, usePicture } from "./picture-store.ts";

/** Labels on the edges that are unhealthy or hovered; a selected one has its figures in the inspector. `onOpen`: by edge key. */
export function EdgeLabels({ onOpen }: { readonly onOpen: (key: string) => void }) {
  const unhealthy = useLive(
    useShallow((state) =>
      state.shape.edges.filter((edge) => ["warn", "bad"].includes(edgeHealth(state, edge.key))).map((edge) => edge.key),
    ),
  );
  const hovered = usePicture((state) => (state.hovered?.kind === "edge" ? state.hovered.id : null));
  const keys = new Set([...unhealthy, ...(hovered === null ? [] : [hovered])]);
  return (
    <ViewportPortal>
      {[...keys].map((key) => (
        <EdgeLabel key={key} edgeKey={key} whole={key === hovered} onOpen={onOpen} />
      ))}
    </ViewportPortal>
  );
}

interface EdgeLabelProps {
  readonly edgeKey: string;
  /** Rate, errors and p99; errors alone otherwise. */
  readonly whole: boolean;
  readonly onOpen: (key: string) => void;
}

function EdgeLabel({ edgeKey, whole, onOpen }: EdgeLabelProps) {
  const t = useTranslations("topology.edge");
  const edge = useEdge(edgeKey);
  const health = useLive((state) => edgeHealth(state, edgeKey));
  const from = usePicture((state) => state.boxes.get(edge?.from ?? ""));
  const to = usePicture((state) => state.boxes.get(edge?.to ?? ""));
  const bends = usePicture((state) => state.bends[edgeKey]);
  const emphasis = usePicture((state) => emphasisOfEdge(state, edgeKey, edge?.from ?? "", edge?.to ?? ""));
  if (!edge || !from || !to || emphasis === "hidden") return null;
  const line = createEdgeLine(from, to, bends);
  const { x, y } = pointAt(line, line.length / 2);
  const errors = formatErrorRate(edge.errorRate) ?? "–";
  const parts = whole
    ? [
        edge.requests === 0 ? t("none") : t("rate", { rate: formatRate(edge.rps) }),
        edge.requests > 0 && t("errors", { share: errors }),
        edge.p99Ms !== null && t("p99", { ms: formatMs(edge.p99Ms) }),
        edge.verdict === "incompatible" && edge.requests > 0 && t("broken"),
      ].filter((part) => part !== false)
    : [t("errors", { share: edge.worst ? formatShare(edge.worst.errorRate) : errors })];
  return (
    <button
      type="button"
      title={
        edge.worst?.version == null ? undefined : t("errorsOn", { version: edge.worst.version, share: formatShare(edge.worst.errorRate) })
      }
      onClick={() => onOpen(edgeKey)}
      style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
      className={classNames(
        "nodrag nopan pointer-events-auto absolute flex min-w-[52px] items-center justify-center whitespace-nowrap rounded-[5px] border bg-canvas px-1 text-2xs leading-[14px] font-medium tabular-nums",
        health === "bad" ? "border-bad text-bad" : health === "warn" ? "border-warn text-warn" : "border-line-2 text-ink-2",
        emphasis === "dim" && "opacity-30",
        whole ? "z-20 flex-col py-0.5 shadow-raised" : "z-10 h-[18px]",
      )}
    >
      <span className="sr-only">{t("label", { from: edge.from, to: edge.to })}</span>
      {parts.map((part) => (
        <span key={part}>{part}</span>
      ))}
    </button>
  );
}
