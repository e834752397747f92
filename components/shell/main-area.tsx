"use client";

import type { ReactNode } from "react";
import { useIsStale } from "@/components/live/use-stream-status.ts";

/** Where the page is; it loses its colours while the engine cannot be reached, because what it shows is old. */
export function MainArea({ children }: { readonly children: ReactNode }) {
  const isStale = useIsStale();
  return (
    <main
      id="content"
      tabIndex={-1}
      data-stale={isStale}
      className="relative min-w-0 overflow-hidden outline-none transition-[filter] duration-180 focus-visible:shadow-none data-[stale=true]:saturate-[0.25]"
    >
      {children}
    </main>
  );
}
