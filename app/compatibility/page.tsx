import type { Metadata } from "next";
import { CompatibilityPage } from "@/components/compatibility/compatibility-page.tsx";
import { pageTitle } from "@/components/messages/page-title.ts";
import { requestLocale } from "../request-locale.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: pageTitle(await requestLocale(), "compatibility") };
}

export default function Compatibility() {
  return <CompatibilityPage />;
}
