import type { Metadata } from "next";
import { GovernancePage } from "@/components/governance/governance-page.tsx";
import { pageTitle } from "@/components/messages/page-title.ts";
import { requestLocale } from "../request-locale.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: pageTitle(await requestLocale(), "governance") };
}

export default function Governance() {
  return <GovernancePage />;
}
