import type { Metadata } from "next";
import { ActivityPage } from "@/components/activity/activity-page.tsx";
import { pageTitle } from "@/components/messages/page-title.ts";
import { requestLocale } from "../request-locale.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: pageTitle(await requestLocale(), "activity") };
}

export default function Activity() {
  return <ActivityPage />;
}
