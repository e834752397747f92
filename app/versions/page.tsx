import type { Metadata } from "next";
import { pageTitle } from "@/components/messages/page-title.ts";
import { VersionsPage } from "@/components/versions/versions-page.tsx";
import { requestLocale } from "../request-locale.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: pageTitle(await requestLocale(), "versions") };
}

export default function Versions() {
  return <VersionsPage />;
}
