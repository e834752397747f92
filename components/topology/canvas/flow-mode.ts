import { FAR_ZOOM } from "./draw-picture.ts";

/** More edges than these have no dots: they would say nothing and cost every frame. */
const FLOW_EDGES_MAX = 600;

interface FlowConditions {
  readonly zoom: number;
  readonly edges: number;
  /** Figures on screen are old. */
  readonly isStale: boolean;
  /** The operator asked for less motion, or nobody looks. */
  readonly isStill: boolean;
}

/**
 * Whether dots travel along the edges (`moving`), stand where they are (`standing`: old figures, or less motion asked for), or are not
 * drawn at all: from afar and in large meshes, where dots that stand would be mistaken for traffic that does.
 */
export function flowMode({ zoom, edges, isStale, isStill }: FlowConditions): "moving" | "standing" | "none" {
  if (zoom < FAR_ZOOM || edges > FLOW_EDGES_MAX) return "none";
  return isStale || isStill ? "standing" : "moving";
}
