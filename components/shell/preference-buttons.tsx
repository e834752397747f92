"use client";

import { Moon, Sun } from "lucide-react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button.tsx";
import { isDarkNow, usePreferences } from "./preferences.tsx";

/** Theme and language, one press each. */
export function PreferenceButtons() {
  const t = useTranslations("shell");
  const { theme, setTheme, locale, setLocale } = usePreferences();
  return (
    <div className="flex shrink-0 items-center">
      <Button
        kind="ghost"
        size="icon"
        aria-label={t("theme.label")}
        title={t("theme.label")}
        onClick={() => setTheme(isDarkNow(theme) ? "light" : "dark")}
      >
        <Sun aria-hidden className="in-data-[theme=light]:hidden" />
        <Moon aria-hidden className="not-in-data-[theme=light]:hidden" />
      </Button>
      <Button
        kind="ghost"
        size="icon"
        aria-label={t("language.label")}
        title={t("palette.toggleLanguage")}
        onClick={() => setLocale(locale === "en" ? "zh" : "en")}
      >
        <span aria-hidden className="text-xs font-semibold">
          {locale === "en" ? "中" : "EN"}
        </span>
      </Button>
    </div>
  );
}
