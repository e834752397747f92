import { useCallback, useEffect, useState } from "react";
import { openTapStream, type TapEntry, type TapQuery, type TapStatus } from "@/lib/client/index.ts";
import { clearTap, EMPTY_TAP, pauseTap, resumeTap, type TapBuffer, takeEntries } from "./tap-buffer.ts";

/** How often rows are drawn: often enough to feel live, seldom enough to be read. */
const DRAW_MS = 400;

const CONNECTING: TapStatus = { state: "connecting", proxies: null, problem: null };

export interface Tap {
  readonly buffer: TapBuffer;
  readonly status: TapStatus;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly clear: () => void;
}

/** Taps requests that pass the filter for as long as it is mounted; leaving the page ends the tap at the proxies. */
export function useTap(query: TapQuery): Tap {
  const [buffer, setBuffer] = useState(EMPTY_TAP);
  const [status, setStatus] = useState<TapStatus>(CONNECTING);
  const asked = JSON.stringify(query);
  useEffect(() => {
    let waiting: TapEntry[] = [];
    let dropped = 0;
    setBuffer((before) => ({ ...clearTap(before), isPaused: false }));
    const stream = openTapStream({
      url: "/api/v1/tap",
      query: JSON.parse(asked) as TapQuery,
      onEntries: (entries, more) => {
        waiting.push(...entries);
        dropped += more;
      },
      onStatus: setStatus,
    });
    const timer = setInterval(() => {
      if (waiting.length === 0 && dropped === 0) return;
      const [entries, missed] = [waiting, dropped];
      waiting = [];
      dropped = 0;
      setBuffer((before) => takeEntries(before, entries, missed));
    }, DRAW_MS);
    return () => {
      clearInterval(timer);
      stream.close();
    };
  }, [asked]);
  return {
    buffer,
    status,
    pause: useCallback(() => setBuffer(pauseTap), []),
    resume: useCallback(() => setBuffer(resumeTap), []),
    clear: useCallback(() => setBuffer(clearTap), []),
  };
}
