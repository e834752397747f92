"use client";

import { useTranslations } from "use-intl";
import { PreferenceButtons } from "@/components/shell/preference-buttons.tsx";
import { Card, Page } from "@/components/shell/page.tsx";

/** Preferences of this browser and facts about this installation. */
export function SettingsPage() {
  const t = useTranslations("shell.nav");
  return (
    <Page title={t("settings")}>
      <Card>
        <PreferenceButtons />
      </Card>
    </Page>
  );
}
