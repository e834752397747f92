import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { messagesOf } from "@/components/messages/catalogue.ts";
import { Providers } from "@/components/shell/providers.tsx";
import { Shell } from "@/components/shell/shell.tsx";
import { parseTheme, THEME_COOKIE } from "@/components/shell/theme.ts";
import { requestLocale } from "./request-locale.ts";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Interlock", template: "%s · Interlock" },
  description: "See every version in the mesh, shift traffic, roll back, and never send a request into a pair that is known not to work.",
};

export const viewport: Viewport = { width: "device-width", initialScale: 1 };

/** The frame of every page. Theme and language come from cookies, so the first paint already has them. */
export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  const [jar, locale] = await Promise.all([cookies(), requestLocale()]);
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
