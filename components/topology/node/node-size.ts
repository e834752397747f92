import { INGRESS, type ServiceShape } from "../../live/topology-shape.ts";
import type { LayoutNode } from "../layout/layout-graph.ts";

export const NODE_WIDTH = 190;
export const HEADER_HEIGHT = 30;
export const LANE_HEIGHT = 21;
/** The split bar with its margins, and the border. */
const FOOT_HEIGHT = 20;
/** More versions than these share a last line "+ n". */
export const LANES_MAX = 6;

const INGRESS_SIZE = { width: 74, height: 40 };

/** How many lines a service's box has for versions. */
function laneCount(versions: number): number {
  return Math.min(versions, LANES_MAX);
}

/** The box of a service; its height depends on the number of its versions only, never on figures. */
export function serviceBox(service: ServiceShape): LayoutNode {
  return { id: service.name, width: NODE_WIDTH, height: HEADER_HEIGHT + LANE_HEIGHT * laneCount(service.versions.length) + FOOT_HEIGHT };
}

/** The box that traffic from outside comes from. */
export function ingressBox(): LayoutNode {
  return { id: INGRESS, ...INGRESS_SIZE };
}

/** Height of the middle of a version's lane below the top of its box. */
export function laneMiddle(index: number): number {
  return 1 + HEADER_HEIGHT + LANE_HEIGHT * (index + 0.5);
}
