import type { Metadata } from "next";
import { TopologyView } from "@/components/topology/topology-view.tsx";

export const metadata: Metadata = { title: "Topology" };

/** `/topology` */
export default function TopologyPage() {
  return <TopologyView />;
}
