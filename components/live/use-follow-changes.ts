import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useLive } from "./use-live.ts";

/** Asks again for what is kept under `key`, one that stays the same from render to render, with every change of the mesh. */
export function useFollowChanges(key: QueryKey): void {
  const client = useQueryClient();
  const newest = useLive((state) => state.changes[0]?.seq ?? 0);
  useEffect(() => {
    if (newest > 0) void client.invalidateQueries({ queryKey: key });
  }, [client, key, newest]);
}
