import type { Metadata } from "next";
import { pageTitle } from "@/components/messages/page-title.ts";
import { ServicesPage } from "@/components/services/services-page.tsx";
import { requestLocale } from "../request-locale.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: pageTitle(await requestLocale(), "services") };
}

export default function Services() {
  return <ServicesPage />;
}
