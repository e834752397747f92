import type { Metadata } from "next";
import { pageTitle } from "@/components/messages/page-title.ts";
import { NodesPage } from "@/components/workloads/nodes-page.tsx";
import { requestLocale } from "../request-locale.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: pageTitle(await requestLocale(), "nodes") };
}

export default function Nodes() {
  return <NodesPage />;
}
