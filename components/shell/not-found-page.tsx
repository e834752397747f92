"use client";

import { useTranslations } from "use-intl";
import { ButtonLink } from "@/components/ui/button.tsx";
import { Page } from "./page.tsx";

/** An address that leads nowhere. */
export function NotFoundPage() {
  const t = useTranslations("shell.notFound");
  return (
    <Page title={t("title")}>
      <div className="grid justify-items-start gap-3">
        <p className="text-ink-2">{t("body")}</p>
        <ButtonLink href="/topology">{t("back")}</ButtonLink>
      </div>
    </Page>
  );
}
