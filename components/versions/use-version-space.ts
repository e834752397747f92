import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useLive } from "@/components/live/use-live.ts";
import { useInstancesEpoch } from "@/components/live/use-mesh.ts";
import { api } from "@/components/shell/api.ts";
import { type Pins, pinTexts } from "./pins.ts";
import type { VersionSpace } from "./space-cells.ts";

const ROOT = "version-space";
/** Facts expire without a change in the mesh. */
const REFRESH_MS = 60_000;

/** How long something has to be pointed at before the engine is asked about it. */
const REST_MS = 120;

/** What the engine said, and how long the answer took to come. */
export interface TimedSpace {
  readonly space: VersionSpace;
  readonly tookMs: number;
}

function spaceQuery(pins: Pins, onlyReady: boolean) {
  const pin = pinTexts(pins);
  return {
    queryKey: [ROOT, pin, onlyReady],
    queryFn: async ({ signal }: { readonly signal: AbortSignal }): Promise<TimedSpace> => {
      const startedMs = performance.now();
      const query = { ...(pin.length > 0 && { pin: [...pin] }), ...(onlyReady && { live: "true" as const }) };
      const space = await api.call("GET /api/v1/version-space", { query, signal });
      return { space, tookMs: performance.now() - startedMs };
    },
    retry: false as const,
    refetchInterval: REFRESH_MS,
  };
}

/** The space without pins and with them, asked for again after each change in the mesh. `asked` is null while the answer for these pins has not come. */
export function useVersionSpace(pins: Pins, onlyReady: boolean) {
  const client = useQueryClient();
  const newestChange = useLive((state) => state.changes[0]?.seq ?? 0);
  const instancesEpoch = useInstancesEpoch();
  const base = useQuery({ ...spaceQuery(new Map(), onlyReady), placeholderData: keepPreviousData });
  const pinned = useQuery({ ...spaceQuery(pins, onlyReady), placeholderData: keepPreviousData });
  useEffect(() => {
    if (newestChange + instancesEpoch > 0) void client.invalidateQueries({ queryKey: [ROOT] });
  }, [client, newestChange, instancesEpoch]);
  return {
    base: base.data ?? null,
    asked: pinned.isPlaceholderData || pinned.error !== null ? null : (pinned.data ?? null),
    /** Also the answer to the pins before, so that figures do not flicker. */
    latest: pinned.data ?? null,
    error: base.error,
    pinError: pins.size > 0 ? pinned.error : null,
    refetch: base.refetch,
  };
}

/** What would be if these were the pins; null while it is not known. Asked once they have stood for a moment, so that a pointer on its way asks nothing. */
export function useWhatIf(pins: Pins, onlyReady: boolean): VersionSpace | null {
  const key = pinTexts(pins).join("\n");
  const [settled, setSettled] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setSettled(key), REST_MS);
    return () => clearTimeout(timer);
  }, [key]);
  const { data } = useQuery({ ...spaceQuery(pins, onlyReady), enabled: settled === key, staleTime: REFRESH_MS });
  return data?.space ?? null;
}
