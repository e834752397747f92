import type { Metadata, Viewport } from "next";
import { cookies, headers } from "next/headers";
import type { ReactNode } from "react";
import { messagesOf } from "@/components/messages/catalogue.ts";
import { chooseLocale, LOCALE_COOKIE } from "@/components/messages/locales.ts";
import { Providers } from "@/components/shell/providers.tsx";
import { Shell } from "@/components/shell/shell.tsx";
import { parseTheme, THEME_COOKIE } from "@/components/shell/theme.ts";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Interlock", template: "%s · Interlock" },
  description: "See every version in the mesh, shift traffic, roll back, and never send a request into a pair that is known not to work.",
};

export const viewport: Viewport = { width: "device-width", initialScale: 1 };

/** The frame of every page. Theme and language come from cookies, so the first paint already has them. */
export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  const [jar, head] = await Promise.all([cookies(), headers()]);
  const locale = chooseLocale(jar.get(LOCALE_COOKIE)?.value, head.get("accept-language"));
  const theme = parseTheme(jar.get(THEME_COOKIE)?.value);
  return (
    <html lang={locale} data-theme={theme === "system" ? undefined : theme} suppressHydrationWarning>
      <body>
        <Providers locale={locale} messages={messagesOf(locale)} theme={theme}>
          <Shell>{children}</Shell>
        </Providers>
      </body>
    </html>
  );
}
