import type { Metadata } from "next";
import { pageTitle } from "@/components/messages/page-title.ts";
import { SecurityPage } from "@/components/security/security-page.tsx";
import { requestLocale } from "../request-locale.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: pageTitle(await requestLocale(), "security") };
}

export default function Security() {
  return <SecurityPage />;
}
