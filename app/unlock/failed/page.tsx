import type { Metadata } from "next";
import { messagesOf } from "@/components/messages/catalogue.ts";
import { UnlockFailedPage } from "@/components/shell/unlock-failed-page.tsx";
import { requestLocale } from "../../request-locale.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: messagesOf(await requestLocale()).unlock.failed };
}

export default function UnlockFailed() {
  return <UnlockFailedPage />;
}
