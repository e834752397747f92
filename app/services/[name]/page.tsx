import type { Metadata } from "next";
import { ServicePage } from "@/components/services/service-page.tsx";

interface ServiceRoute {
  readonly params: Promise<{ readonly name: string }>;
}

export async function generateMetadata({ params }: ServiceRoute): Promise<Metadata> {
  return { title: decodeURIComponent((await params).name) };
}

export default async function ServiceRoutePage({ params }: ServiceRoute) {
  const { name } = await params;
  return <ServicePage name={decodeURIComponent(name)} />;
}
