"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useRecentChanges } from "@/components/live/use-recent-changes.ts";
import { api } from "@/components/shell/api.ts";
import type { Change } from "@/lib/client/index.ts";

const PAGE = 100;

/** The log, newest first: what the API pages through, with what has happened since merged in as it happens. */
export function useChanges(service: string) {
  const live = useRecentChanges();
  const query = useInfiniteQuery({
    queryKey: ["changes", "pages", service],
    queryFn: ({ pageParam, signal }) =>
      api.call("GET /api/v1/changes", {
        query: { limit: PAGE, ...(service !== "" && { service }), ...(pageParam !== "" && { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextCursor,
  });
  const pages = query.data?.pages;
  const changes = useMemo(() => {
    if (!pages) return null;
    const since = live.filter((change) => service === "" || change.services.includes(service));
    // The live copy comes later in the map and wins: it is at least as new.
    const byId = new Map<string, Change>();
    for (const change of [...pages.flatMap((page) => page.items), ...since]) byId.set(change.id, change);
    return [...byId.values()].sort((left, right) => right.seq - left.seq);
  }, [pages, live, service]);
  return { ...query, changes };
}
