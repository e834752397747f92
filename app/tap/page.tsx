import type { Metadata } from "next";
import { pageTitle } from "@/components/messages/page-title.ts";
import { TapPage } from "@/components/tap/tap-page.tsx";
import { requestLocale } from "../request-locale.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: pageTitle(await requestLocale(), "tap") };
}

export default function Tap() {
  return <TapPage />;
}
