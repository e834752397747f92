"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "@/components/shell/api.ts";
import type { NamedStrategy, Strategy } from "./release-view.ts";

/** Taken where nobody has chosen one; the first by name where it is not there. */
const USUAL = "careful";
const NONE: readonly NamedStrategy[] = [];

/** The strategies by name, and the one that is taken where nobody chooses. */
export function useStrategies() {
  const { data, error, refetch } = useQuery({
    queryKey: ["strategies"],
    queryFn: ({ signal }) => api.call("GET /api/v1/strategies", { signal }),
  });
  const items = data?.items ?? NONE;
  const usual = useMemo(() => items.find(({ name }) => name === USUAL) ?? items[0] ?? null, [items]);
  return { items, usual, isLoaded: data !== undefined, error, refetch };
}

/** Keeps a strategy under its name; releases under way keep theirs. */
export function useSaveStrategy(onSaved: (name: string) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ name, reason, rev, strategy }: { name: string; rev: number; strategy: Strategy; reason: string }) =>
      api.call("PUT /api/v1/strategies/{name}", {
        params: { name },
        rev,
        body: { strategy, ...(reason !== "" && { reason }) },
        idempotencyKey: crypto.randomUUID(),
      }),
    onSuccess: ({ name }) => {
      void client.invalidateQueries({ queryKey: ["strategies"] });
      onSaved(name);
    },
  });
}

/** Takes a strategy away. */
export function useRemoveStrategy(onRemoved: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ name, rev }: { name: string; rev: number }) =>
      api.call("DELETE /api/v1/strategies/{name}", { params: { name }, rev, idempotencyKey: crypto.randomUUID() }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["strategies"] });
      onRemoved();
    },
  });
}
