import type { ServiceEdge } from "@/components/live/service-edge.ts";

/** Whether an edge says something unasked: it is unhealthy, or authorization refuses requests on it. */
export function hasEdgeLabel({ denied, health }: Pick<ServiceEdge, "denied" | "health">): boolean {
  return denied > 0 || health === "warn" || health === "bad";
}

/** Refused requests per second over the window; 0 while its length is unknown. */
export function deniedRate(denied: number, windowMs: number): number {
  return windowMs <= 0 ? 0 : (denied * 1000) / windowMs;
}
