"use client";

import { applyNodeChanges, Background, BackgroundVariant, type Node, type NodeChange, ReactFlow, useStore as useFlow } from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { INGRESS } from "@/components/live/topology-shape.ts";
import { useIsStale } from "@/components/live/use-stream-status.ts";
import { IngressNode } from "../node/ingress-node.tsx";
import { ServiceNode } from "../node/service-node.tsx";
import type { TopologyLayout } from "../use-topology-layout.ts";
import { FAR_ZOOM } from "./draw-picture.ts";
import type { Box } from "./edge-geometry.ts";
import { EdgeLabels } from "./edge-labels.tsx";
import { EdgeLayer } from "./edge-layer.tsx";
import { type PictureItem, usePicture, usePictureStore } from "./picture-store.ts";
import { useCanvasKeys } from "./use-canvas-keys.ts";
import { useFitOnce } from "./use-fit.ts";
import { useKeepInView } from "./use-keep-in-view.ts";
import { usePointing } from "./use-pointing.ts";
import { useTextScale } from "./use-text-scale.ts";
import { useVisibleNodes } from "./use-visible-nodes.ts";

const NODE_TYPES = { service: ServiceNode, ingress: IngressNode };
/** Up to here all services are elements at any zoom; beyond, from afar the canvas draws them. */
const ELEMENTS_MAX = 150;

interface TopologyCanvasProps {
  readonly layout: TopologyLayout;
  readonly onOpen: (item: PictureItem | null) => void;
}

/** The graph: React Flow owns viewport, nodes and dragging; canvases beneath draw the edges. */
export function TopologyCanvas({ layout, onOpen }: TopologyCanvasProps) {
  const t = useTranslations("topology");
  const isStale = useIsStale();
  const picture = usePictureStore();
  const boxes = usePicture((state) => state.boxes);
  const isFar = useFlow((state) => state.transform[2] < FAR_ZOOM);
  const { nodes, onNodesChange } = useNodes(boxes, layout);
  const drawsNodes = nodes.length > ELEMENTS_MAX;
  const visible = useVisibleNodes(nodes, drawsNodes);
  const pointing = usePointing(drawsNodes && isFar, onOpen);
  const onKeyDown = useCanvasKeys(onOpen);
  const frame = useRef<HTMLDivElement>(null);
  useTextScale(frame);
  useFitOnce(layout.isPlaced);
  useKeepInView();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys bubble up from the focused service; the canvas itself takes no focus
    <div
      ref={frame}
      onKeyDown={onKeyDown}
      data-stale={isStale || undefined}
      className="group/picture absolute inset-0 bg-canvas [--xy-attribution-background-color:transparent]"
    >
      <ReactFlow
        aria-label={t("canvas")}
        nodes={drawsNodes && isFar ? NO_NODES : visible}
        edges={NO_EDGES}
        nodeTypes={NODE_TYPES}
        onNodesChange={onNodesChange}
        onNodeDrag={(_, node) => moveBox(picture, node)}
        onNodeDragStop={(_, node) => layout.drop(node.id, node.position)}
        onNodeMouseEnter={(_, node) => pointing.hover({ kind: "service", id: node.id })}
        onNodeMouseLeave={() => pointing.hover(null)}
        onNodeClick={(_, node) => node.id !== INGRESS && onOpen({ kind: "service", id: node.id })}
        onPaneMouseMove={pointing.onMove}
        onPaneMouseLeave={() => pointing.hover(null)}
        onPaneClick={pointing.onClick}
        nodeDragThreshold={4}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        zoomOnDoubleClick={false}
        minZoom={0.04}
        maxZoom={2}
        attributionPosition="top-right"
      >
        <Background variant={BackgroundVariant.Dots} gap={22} size={1.2} color="var(--line)" bgColor="transparent" />
        <EdgeLayer drawsNodes={drawsNodes} />
        <EdgeLabels onOpen={(key) => onOpen({ kind: "edge", id: key })} />
      </ReactFlow>
    </div>
  );
}

const NO_NODES: Node[] = [];
const NO_EDGES: never[] = [];

/** React Flow's nodes, made from the boxes; a node whose box stands keeps its identity. */
function useNodes(boxes: ReadonlyMap<string, Box>, layout: TopologyLayout) {
  const [nodes, setNodes] = useState<Node[]>([]);
  useEffect(() => {
    setNodes((known) => {
      const byId = new Map(known.map((node) => [node.id, node]));
      return [...boxes].map(([id, box]) => {
        const node = byId.get(id);
        const stands = node && node.position.x === box.x && node.position.y === box.y && node.height === box.height;
        if (stands) return node;
        const type = id === INGRESS ? "ingress" : "service";
        return { ...node, id, type, data: {}, position: { x: box.x, y: box.y }, width: box.width, height: box.height, connectable: false };
      });
    });
  }, [boxes]);
  const onNodesChange = useCallback((changes: NodeChange[]) => setNodes((known) => applyNodeChanges(changes, known)), []);
  return useMemo(() => ({ nodes: layout.isPlaced ? nodes : NO_NODES, onNodesChange }), [layout.isPlaced, nodes, onNodesChange]);
}

/** While a node is dragged its edges follow; bends of the old place no longer fit. */
function moveBox(picture: ReturnType<typeof usePictureStore>, node: Node): void {
  picture.setState((state) => {
    const box = state.boxes.get(node.id);
    if (!box) return state;
    const touches = (key: string) => key.split(">").includes(node.id);
    const bends = Object.keys(state.bends).some(touches)
      ? Object.fromEntries(Object.entries(state.bends).filter(([key]) => !touches(key)))
      : state.bends;
    return { boxes: new Map(state.boxes).set(node.id, { ...box, ...node.position }), bends };
  });
}
