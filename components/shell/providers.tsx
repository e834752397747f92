"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Toaster } from "sonner";
import { IntlProvider } from "use-intl";
import { LiveProvider } from "@/components/live/live-provider.tsx";
import type { Messages } from "@/components/messages/catalogue.ts";
import type { Locale } from "@/components/messages/locales.ts";
import { TooltipProvider } from "@/components/ui/tooltip.tsx";
import { ApiProblem } from "@/lib/client/index.ts";
import { PreferencesProvider } from "./preferences.tsx";
import type { Theme } from "./theme.ts";

interface ProvidersProps {
  readonly locale: Locale;
  readonly messages: Messages;
  readonly theme: Theme;
  readonly children: ReactNode;
}

/** Everything that pages rely on: texts, server state, the live picture, preferences, notices. */
export function Providers({ locale, messages, theme, children }: ProvidersProps) {
  const [queryClient] = useState(createQueryClient);
  return (
    <IntlProvider locale={locale} messages={messages} timeZone="UTC">
      <QueryClientProvider client={queryClient}>
        <PreferencesProvider theme={theme}>
          <TooltipProvider>
            <LiveProvider>{children}</LiveProvider>
          </TooltipProvider>
          <Toaster position="bottom-right" visibleToasts={4} toastOptions={{ unstyled: true, classNames: TOAST_CLASSES }} />
        </PreferencesProvider>
      </QueryClientProvider>
    </IntlProvider>
  );
}

const TOAST_CLASSES = {
  toast: "card font-sans text-base flex w-[356px] items-start gap-2.5 border-line-2 bg-raised px-3.5 py-3 text-ink shadow-raised",
  title: "strong",
  description: "mt-0.5 text-sm text-ink-2",
  icon: "mt-0.5 shrink-0",
  success: "[&_[data-icon]]:text-ok",
  error: "[&_[data-icon]]:text-bad",
  actionButton: "ml-auto shrink-0 self-center rounded-2 border border-line-2 px-2 py-1 text-sm strong",
};

function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // A refusal stays a refusal; only an engine that does not answer is worth another try.
        retry: (failures, error) => failures < 3 && error instanceof ApiProblem && error.code === "engine.unreachable",
        retryDelay: 1_000,
        refetchOnWindowFocus: true,
      },
    },
  });
}
