import type { Metadata } from "next";
import { pageTitle } from "@/components/messages/page-title.ts";
import { PlansPage } from "@/components/plans/plans-page.tsx";
import { requestLocale } from "../request-locale.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: pageTitle(await requestLocale(), "plans") };
}

export default function Plans() {
  return <PlansPage />;
}
