import { useMemo } from "react";
import { INGRESS } from "@/components/live/topology-shape.ts";
import { useKnownMesh } from "@/components/live/use-known-mesh.ts";
import { useTopologyShape } from "@/components/live/use-mesh.ts";
import type { ServiceName } from "@/lib/model/index.ts";
import { type KnownSpace, knownSpace } from "./known-space.ts";

/** The space as the browser builds it from what it knows of the mesh. */
export function useKnownSpace(onlyReady: boolean): KnownSpace {
  const mesh = useKnownMesh();
  const { edges } = useTopologyShape();
  return useMemo(() => {
    const called = edges.filter(({ from }) => from !== INGRESS);
    const calls = called.map(({ from, to }) => ({ consumer: from as ServiceName, provider: to as ServiceName }));
    return knownSpace({ mesh, calls, nowIso: new Date().toISOString(), onlyReady });
  }, [edges, mesh, onlyReady]);
}
