import type { Metadata } from "next";
import { PlanPage } from "@/components/plans/plan-page.tsx";

interface PlanRoute {
  readonly params: Promise<{ readonly id: string }>;
}

export async function generateMetadata({ params }: PlanRoute): Promise<Metadata> {
  return { title: decodeURIComponent((await params).id) };
}

export default async function PlanRoutePage({ params }: PlanRoute) {
  const { id } = await params;
  return <PlanPage id={decodeURIComponent(id)} />;
}
