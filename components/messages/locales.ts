export const locales = ["en", "zh"] as const;

export type Locale = (typeof locales)[number];

/** The cookie that keeps the language. */
export const LOCALE_COOKIE = "interlock-locale";

/** The language to show: what the cookie says, else what the browser prefers, else English. */
export function chooseLocale(cookie: string | undefined, acceptLanguage: string | null): Locale {
  if (cookie === "en" || cookie === "zh") return cookie;
  const first = (acceptLanguage ?? "").split(",").map((part) => part.trim().slice(0, 2).toLowerCase());
  return first.find((language): language is Locale => language === "en" || language === "zh") ?? "en";
}
