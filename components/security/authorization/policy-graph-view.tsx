"use client";

import "@xyflow/react/dist/base.css";
import {
  Background,
  BackgroundVariant,
  type Edge,
  Handle,
  MarkerType,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  ReactFlowProvider,
} from "@xyflow/react";
import { memo, useMemo } from "react";
import { useTranslations } from "use-intl";
import { INGRESS } from "@/components/live/topology-shape.ts";
import { useLive } from "@/components/live/use-live.ts";
import { deniedRate } from "@/components/topology/canvas/edge-label-text.ts";
import { layoutLayered } from "@/components/topology/layout/layered-layout.ts";
import { placeOf } from "@/components/topology/layout/layout-graph.ts";
import { formatRate } from "@/components/ui/format.ts";
import { Tag } from "@/components/ui/tag.tsx";
import { OPENNESS_TONES } from "./policies-table.tsx";
import type { PolicyEdge, PolicyGraph, PolicyNode } from "./policy-graph.ts";

const NODE_WIDTH = 172;
const NODE_HEIGHT = 52;
const SPACING = { columnGap: 130, rowGap: 26, passGap: 20 };
const HEIGHT_MIN = 220;
const HEIGHT_MAX = 560;

const COLORS: Readonly<Record<PolicyEdge["verdict"], string>> = { allowed: "var(--line-2)", partly: "var(--warn)", refused: "var(--bad)" };
const DASHES: Readonly<Record<PolicyEdge["verdict"], string>> = { allowed: "none", partly: "7 4", refused: "3 4" };

type BoxNode = Node<{ readonly node: PolicyNode; readonly onOpen: (service: string) => void }>;

interface PolicyGraphViewProps {
  readonly graph: PolicyGraph;
  readonly onOpen: (service: string) => void;
}

/** Services and the calls between them as their policies see them; read-only, a service opens its policy. */
export function PolicyGraphView({ graph, onOpen }: PolicyGraphViewProps) {
  const t = useTranslations("security.policies");
  const { nodes, height } = usePlaced(graph.nodes, graph.edges, onOpen);
  const edges = useDrawn(graph.edges);
  return (
    <>
      <div
        style={{ height }}
        className="border-t border-line bg-canvas [--xy-attribution-background-color:transparent] [&_.react-flow\\_\\_attribution_a]:text-ink-3"
      >
        <ReactFlowProvider>
          <ReactFlow
            aria-label={t("graph")}
            nodes={nodes}
            edges={edges}
            nodeTypes={NODE_TYPES}
            fitView
            fitViewOptions={{ padding: 0.08, maxZoom: 1 }}
            minZoom={0.1}
            nodesDraggable={false}
            nodesConnectable={false}
            nodesFocusable={false}
            edgesFocusable={false}
            elementsSelectable={false}
            disableKeyboardA11y
            preventScrolling={false}
            zoomOnScroll={false}
            zoomOnDoubleClick={false}
            deleteKeyCode={null}
            attributionPosition="top-right"
          >
            <Background variant={BackgroundVariant.Dots} gap={22} size={1.2} color="var(--line)" bgColor="transparent" />
          </ReactFlow>
        </ReactFlowProvider>
      </div>
      <ul aria-label={t("legend")} className="flex flex-wrap gap-x-5 gap-y-1 border-t border-line px-4 py-2 text-sm text-ink-2">
        {(["allowed", "partly", "refused"] as const).map((verdict) => (
          <li key={verdict} className="flex items-center gap-2">
            <svg aria-hidden width={26} height={6}>
              <line x1={0} x2={26} y1={3} y2={3} stroke={COLORS[verdict]} strokeWidth={2} strokeDasharray={DASHES[verdict]} />
            </svg>
            {t(`verdict.${verdict}`)}
          </li>
        ))}
        <li className="text-ink-3">{t("faint")}</li>
      </ul>
      <ul className="sr-only">
        {graph.edges.map((edge) => (
          <li key={edge.key}>{t("edgeLabel", { from: edge.from, to: edge.to, verdict: t(`verdict.${edge.verdict}`) })}</li>
        ))}
      </ul>
    </>
  );
}

const NODE_TYPES = { box: memo(PolicyBox) };

function PolicyBox({ data }: NodeProps<BoxNode>) {
  const t = useTranslations("security.policies");
  const { node, onOpen } = data;
  const isOutside = node.id === INGRESS;
  const inside = (
    <>
      <span className="block w-full truncate text-left text-[12px] font-semibold">{isOutside ? t("outside") : node.id}</span>
      {!isOutside && <Tag tone={OPENNESS_TONES[node.openness]}>{t(`opennessShort.${node.openness}`, { n: node.rules })}</Tag>}
    </>
  );
  const looks =
    "grid size-full content-center justify-items-start gap-0.5 rounded-[9px] border border-line-2 bg-panel px-2.5 shadow-raised";
  return (
    <>
      <Handle type="target" position={Position.Left} isConnectable={false} className="opacity-0" />
      {isOutside ? (
        <div className={looks}>{inside}</div>
      ) : (
        <button
          type="button"
          aria-label={t("editOf", { service: node.id })}
          onClick={() => onOpen(node.id)}
          className={`nopan ${looks} hover:border-ink-3`}
        >
          {inside}
        </button>
      )}
      <Handle type="source" position={Position.Right} isConnectable={false} className="opacity-0" />
    </>
  );
}

/** Placed anew only when services or edges come or go. */
function usePlaced(given: readonly PolicyNode[], edges: readonly PolicyEdge[], onOpen: (service: string) => void) {
  const shape = JSON.stringify([given.map(({ id }) => id), edges.map(({ from, to }) => [from, to])]);
  const placed = useMemo(() => {
    const [ids, pairs] = JSON.parse(shape) as [string[], [string, string][]];
    const boxes = ids.map((id) => ({ id, width: NODE_WIDTH, height: NODE_HEIGHT }));
    return layoutLayered({ nodes: boxes, edges: pairs.map(([source, target]) => ({ source, target })) }, SPACING).positions;
  }, [shape]);
  const nodes = given.map(
    (node): BoxNode => ({
      id: node.id,
      type: "box",
      position: placeOf(placed, node.id) ?? { x: 0, y: 0 },
      width: NODE_WIDTH,
      height: NODE_HEIGHT,
      data: { node, onOpen },
    }),
  );
  const places = Object.values(placed);
  const tall = Math.max(0, ...places.map(({ y }) => y)) - Math.min(0, ...places.map(({ y }) => y)) + NODE_HEIGHT + 60;
  return { nodes, height: Math.min(HEIGHT_MAX, Math.max(HEIGHT_MIN, tall)) };
}

function useDrawn(edges: readonly PolicyEdge[]): Edge[] {
  const t = useTranslations("security.policies");
  const windowMs = useLive((state) => state.windowMs);
  return edges.map((edge): Edge => {
    const color = COLORS[edge.verdict];
    return {
      id: edge.key,
      source: edge.from,
      target: edge.to,
      style: {
        stroke: color,
        strokeWidth: edge.verdict === "allowed" ? 1.4 : 1.8,
        opacity: edge.isLive ? 1 : 0.45,
        ...(DASHES[edge.verdict] !== "none" && { strokeDasharray: DASHES[edge.verdict] }),
      },
      markerEnd: { type: MarkerType.ArrowClosed, color, width: 15, height: 15 },
      ...(edge.denied > 0 && {
        label: (
          <>
            <title>{t("deniedNow")}</title>⊘ {t("perSecond", { rate: formatRate(deniedRate(edge.denied, windowMs)) })}
          </>
        ),
        labelStyle: { fill: "var(--bad)", fontSize: 10.5, fontWeight: 600 },
        labelBgStyle: { fill: "var(--canvas)" },
        labelBgPadding: [5, 3] as [number, number],
        labelBgBorderRadius: 4,
      }),
    };
  });
}
