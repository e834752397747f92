import { type Messages, messagesOf } from "./catalogue.ts";
import type { Locale } from "./locales.ts";

/** A page of the console, by its name in the navigation. */
export type PageKey = Exclude<keyof Messages["shell"]["nav"], "label">;

/** What a page is called in the browser's tab: its name in the navigation. */
export function pageTitle(locale: Locale, page: PageKey): string {
  return messagesOf(locale).shell.nav[page];
}
