"use client";

import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button.tsx";
import { Page } from "./page.tsx";

/** A view that failed: the frame around it goes on working, traffic too. */
export function CrashPage({ error, onAgain }: { readonly error: Error; readonly onAgain: () => void }) {
  const t = useTranslations("shell.crash");
  return (
    <Page title={t("title")}>
      <div role="alert" className="grid justify-items-start gap-3">
        <p className="text-ink-2">{t("body")}</p>
        <p className="mono text-ink-3">{error.message}</p>
        <Button onClick={onAgain}>{t("again")}</Button>
      </div>
    </Page>
  );
}
