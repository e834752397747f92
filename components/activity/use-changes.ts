"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { useRecentChanges } from "@/components/live/use-recent-changes.ts";
import { api } from "@/components/shell/api.ts";
import { mergeChanges, newestSeq } from "./merge-changes.ts";

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
  const { refetch } = query;
  const pages = query.data?.pages;
  const paged = useMemo(() => pages?.flatMap((page) => page.items) ?? null, [pages]);
  const since = useMemo(() => live.filter((change) => service === "" || change.services.includes(service)), [live, service]);
  const changes = useMemo(() => paged && mergeChanges(paged, since), [paged, since]);
  // A change may stand in the way of undoing those before it: what can be undone is asked again.
  const newest = newestSeq(since);
  const isOvertaken = paged !== null && newest > newestSeq(paged);
  useEffect(() => {
    // Asked once for each newest change, so that an answer that does not hold it yet asks no second time.
    if (isOvertaken && newest > 0) void refetch();
  }, [isOvertaken, newest, refetch]);
  return { ...query, changes };
}
