import type { Metadata } from "next";
import { messagesOf } from "@/components/messages/catalogue.ts";
import { StrategiesPage } from "@/components/releases/strategies-page.tsx";
import { requestLocale } from "../../request-locale.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: messagesOf(await requestLocale()).strategies.title };
}

export default function Strategies() {
  return <StrategiesPage />;
}
