"use client";

import { useRouter } from "next/navigation";
import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import { useLocale } from "use-intl";
import { LOCALE_COOKIE, type Locale } from "@/components/messages/locales.ts";
import { invariant } from "@/lib/std/index.ts";
import { THEME_COOKIE, type Theme } from "./theme.ts";
import { writeCookie } from "./write-cookie.ts";

interface Preferences {
  readonly theme: Theme;
  readonly locale: Locale;
  setTheme(theme: Theme): void;
  setLocale(locale: Locale): void;
}

const PreferencesContext = createContext<Preferences | null>(null);

/** Theme and language of this browser. */
export function PreferencesProvider({ theme: initial, children }: { readonly theme: Theme; readonly children: ReactNode }) {
  const [theme, setThemeState] = useState(initial);
  const locale = useLocale();
  const router = useRouter();
  const preferences = useMemo<Preferences>(
    () => ({
      theme,
      locale,
      setTheme(next) {
        writeCookie(THEME_COOKIE, next);
        if (next === "system") delete document.documentElement.dataset["theme"];
        else document.documentElement.dataset["theme"] = next;
        setThemeState(next);
      },
      setLocale(next) {
        writeCookie(LOCALE_COOKIE, next);
        router.refresh();
      },
    }),
    [theme, locale, router],
  );
  return <PreferencesContext value={preferences}>{children}</PreferencesContext>;
}

/** What this browser prefers, and how to change it. */
export function usePreferences(): Preferences {
  const preferences = useContext(PreferencesContext);
  invariant(preferences, "PreferencesProvider is missing");
  return preferences;
}

/** Whether the page is dark right now, whatever decided it. */
export function isDarkNow(theme: Theme): boolean {
  return theme === "system" ? window.matchMedia("(prefers-color-scheme: dark)").matches : theme === "dark";
}
