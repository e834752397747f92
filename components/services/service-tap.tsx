"use client";

import { useMemo } from "react";
import { TapView } from "@/components/tap/tap-view.tsx";

/** Requests to a service as they end. */
export function ServiceTap({ service }: { readonly service: string }) {
  const fixed = useMemo(() => ({ service }), [service]);
  return <TapView key={service} fixed={fixed} />;
}
