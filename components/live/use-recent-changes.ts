import type { Change } from "@/lib/client/index.ts";
import { useLive } from "./use-live.ts";

/** The last changes of the mesh, newest first, at most 200. */
export function useRecentChanges(): readonly Change[] {
  return useLive((state) => state.changes);
}
