"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useIsStale } from "@/components/live/use-stream-status.ts";

/** Reads everything on screen again once the engine is back: what failed meanwhile, and what was changed meanwhile. */
export function useHeal(): void {
  const client = useQueryClient();
  const isStale = useIsStale();
  const wasStale = useRef(false);
  useEffect(() => {
    if (wasStale.current && !isStale) void client.invalidateQueries();
    wasStale.current = isStale;
  }, [isStale, client]);
}
