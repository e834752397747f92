import type { Metadata } from "next";
import { ReleasePage } from "@/components/releases/release-page.tsx";

interface ReleaseRoute {
  readonly params: Promise<{ readonly id: string }>;
}

export async function generateMetadata({ params }: ReleaseRoute): Promise<Metadata> {
  return { title: decodeURIComponent((await params).id) };
}

export default async function ReleaseRoutePage({ params }: ReleaseRoute) {
  const { id } = await params;
  return <ReleasePage id={decodeURIComponent(id)} />;
}
