import type { Metadata } from "next";
import { pageTitle } from "@/components/messages/page-title.ts";
import { TopologyView } from "@/components/topology/topology-view.tsx";
import { requestLocale } from "../request-locale.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: pageTitle(await requestLocale(), "topology") };
}

/** `/topology` */
export default function TopologyPage() {
  return <TopologyView />;
}
