import type { Metadata } from "next";
import { Suspense } from "react";
import { TopologyView } from "@/components/topology/topology-view.tsx";

export const metadata: Metadata = { title: "Topology" };

/** `/topology` */
export default function TopologyPage() {
  return (
    <Suspense>
      <TopologyView />
    </Suspense>
  );
}
