import type { Metadata } from "next";
import { pageTitle } from "@/components/messages/page-title.ts";
import { SettingsPage } from "@/components/settings/settings-page.tsx";
import { requestLocale } from "../request-locale.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: pageTitle(await requestLocale(), "settings") };
}

export default function Settings() {
  return <SettingsPage />;
}
