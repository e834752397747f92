import { useQuery } from "@tanstack/react-query";
import { useIsStale } from "@/components/live/use-stream-status.ts";
import { api } from "@/components/shell/api.ts";
import type { ResponseOf } from "@/lib/client/index.ts";

export type Identities = ResponseOf<"GET /api/v1/identities">;
export type IssuedCertificate = Identities["items"][number];
export type RootChange = Identities["rootChange"];
export type RootStep = RootChange["next"];

export const IDENTITIES_KEY = ["identities"] as const;

const REFRESH_MS = 3_000;

/** Certificates, roots and how far a root change is; asked again while it is in sight and the engine answers. */
export function useIdentities() {
  const isStale = useIsStale();
  return useQuery({
    queryKey: IDENTITIES_KEY,
    queryFn: ({ signal }) => api.call("GET /api/v1/identities", { signal }),
    refetchInterval: isStale ? false : REFRESH_MS,
  });
}
