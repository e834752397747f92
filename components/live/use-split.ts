import type { Split } from "@/lib/client/index.ts";
import { useLive } from "./use-live.ts";

/** The three figures of a service's split; null while unknown. */
export function useSplit(service: string): Split | null {
  return useLive((state) => state.splits.get(service) ?? null);
}
