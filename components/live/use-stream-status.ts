import { useEffect, useState } from "react";
import type { LiveStatus } from "@/lib/client/index.ts";
import { useLive } from "./use-live.ts";

/** Whether the picture is live, and why not. */
export function useStreamStatus(): LiveStatus {
  return useLive((state) => state.status);
}

/** Whether figures on screen are old. */
export function useIsStale(): boolean {
  return useLive((state) => state.status.state === "stale");
}

/** Seconds since the last event or heartbeat of the stream, one decimal, counted on twice a second; null before the first one. */
export function usePictureAgeS(): number | null {
  const heardAtMs = useLive((state) => (state.heardAtMs === null ? null : Math.floor(state.heardAtMs / 250) * 250));
  const [nowMs, setNowMs] = useState<number | null>(null);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  if (nowMs === null || heardAtMs === null) return null;
  return Math.max(0, Math.round((nowMs - heardAtMs) / 100) / 10);
}
