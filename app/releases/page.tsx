import type { Metadata } from "next";
import { pageTitle } from "@/components/messages/page-title.ts";
import { ReleasesPage } from "@/components/releases/releases-page.tsx";
import { requestLocale } from "../request-locale.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: pageTitle(await requestLocale(), "releases") };
}

export default function Releases() {
  return <ReleasesPage />;
}
