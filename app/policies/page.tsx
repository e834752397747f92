import type { Metadata } from "next";
import { pageTitle } from "@/components/messages/page-title.ts";
import { PoliciesPage } from "@/components/policies/policies-page.tsx";
import { requestLocale } from "../request-locale.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: pageTitle(await requestLocale(), "policies") };
}

export default function Policies() {
  return <PoliciesPage />;
}
