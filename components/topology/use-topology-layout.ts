import { useCallback, useEffect, useRef, useState } from "react";
import { INGRESS, type TopologyShape } from "@/components/live/topology-shape.ts";
import { useTopologyShape } from "@/components/live/use-mesh.ts";
import type { Box } from "./canvas/edge-geometry.ts";
import type { PictureStore } from "./canvas/picture-store.ts";
import { createLayoutClient, type LayoutClient } from "./layout/layout-client.ts";
import { type LayoutNode, type LayoutSpacing, type Point, type Positions, placeOf } from "./layout/layout-graph.ts";
import type { PlacedLayout } from "./layout/place-incrementally.ts";
import { browserStorage, createSavedPositions, type SavedPositions } from "./layout/saved-positions.ts";
import { ingressBox, serviceBox } from "./node/node-size.ts";

const SPACING: LayoutSpacing = { columnGap: 56, rowGap: 34, passGap: 18 };

/** Keeps the boxes of the picture up to date with what there is to draw, without moving what stands. */
export interface TopologyLayout {
  /** Whether a first layout has arrived. */
  readonly isPlaced: boolean;
  /** A box was dragged to a place of its own and stays there. */
  drop(id: string, point: Point): void;
  /** Forgets what was dragged and lays everything out anew. */
  arrange(): void;
}

/** Lays the live shape out into `picture`. */
export function useTopologyLayout(picture: PictureStore): TopologyLayout {
  const shape = useTopologyShape();
  const [isPlaced, setPlaced] = useState(false);
  const [epoch, setEpoch] = useState(0);
  const engine = useRef<LayoutEngine | null>(null);

  useEffect(() => {
    const started = createLayoutEngine();
    engine.current = started;
    return () => {
      started.client.close();
      engine.current = null;
    };
  }, []);

  useEffect(() => {
    let isCurrent = true;
    const current = engine.current;
    if (!current || shape.services.length === 0) return undefined;
    const nodes = boxesOf(shape);
    void current.place(nodes, shape, epoch).then((layout) => {
      if (!isCurrent) return;
      const kept = layout.fresh ? layout.bends : keepBends(picture.getState().bends, picture.getState().boxes, layout.positions);
      picture.setState({ boxes: toBoxes(nodes, layout.positions), bends: kept });
      setPlaced(true);
    });
    return () => {
      isCurrent = false;
    };
  }, [shape, epoch, picture]);

  const drop = useCallback((id: string, point: Point) => engine.current?.saved.save(id, point), []);
  const arrange = useCallback(() => {
    engine.current?.saved.clear();
    setEpoch((known) => known + 1);
  }, []);
  return { isPlaced, drop, arrange };
}

interface LayoutEngine {
  readonly client: LayoutClient;
  readonly saved: SavedPositions;
  place(nodes: readonly LayoutNode[], shape: TopologyShape, epoch: number): Promise<PlacedLayout>;
}

function createLayoutEngine(): LayoutEngine {
  const client = createLayoutClient();
  // One console serves one mesh, so its address names the mesh.
  const saved = createSavedPositions(browserStorage(window), window.location.host);
  let previous: Positions = {};
  let previousEdges = 0;
  let lastEpoch = 0;
  return {
    client,
    saved,
    async place(nodes, shape, epoch) {
      if (epoch !== lastEpoch) previous = {};
      lastEpoch = epoch;
      const edges = shape.edges.map((edge) => ({ source: edge.from, target: edge.to }));
      const layout = await client.place({ nodes, edges, previous, previousEdges, pinned: saved.read(), spacing: SPACING });
      previous = layout.positions;
      if (layout.fresh) previousEdges = edges.length;
      return layout;
    },
  };
}

function boxesOf(shape: TopologyShape): LayoutNode[] {
  const services = shape.services.map(serviceBox);
  return shape.edges.some((edge) => edge.from === INGRESS) ? [ingressBox(), ...services] : services;
}

function toBoxes(nodes: readonly LayoutNode[], positions: Positions): ReadonlyMap<string, Box> {
  return new Map(nodes.map((node) => [node.id, { ...(positions[node.id] ?? { x: 0, y: 0 }), width: node.width, height: node.height }]));
}

/** Bends hold as long as both ends stand where they stood when the bends were made. */
function keepBends(bends: Readonly<Record<string, readonly Point[]>>, boxes: ReadonlyMap<string, Box>, positions: Positions) {
  const stands = (id: string) => boxes.get(id)?.x === placeOf(positions, id)?.x && boxes.get(id)?.y === placeOf(positions, id)?.y;
  return Object.fromEntries(Object.entries(bends).filter(([key]) => key.split(">").every(stands)));
}
