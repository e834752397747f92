import type { Clock } from "../std/index.ts";
import type { StreamData, StreamHeartbeat, StreamReset } from "./wire-types.ts";

export type LiveTopic = StreamData["topic"];

/** One event of the stream, parsed. `id` is what a resume continues after. */
export type LiveEvent =
  | { readonly kind: "snapshot" | "delta"; readonly id: string; readonly data: StreamData }
  | { readonly kind: "reset"; readonly id: string; readonly data: StreamReset }
  | { readonly kind: "heartbeat"; readonly id: string; readonly data: StreamHeartbeat };

/** `connecting`: nothing has arrived yet. `live`: something arrived within 3 s. `stale`: nothing did, the picture is old. */
export type LiveState = "connecting" | "live" | "stale";

export interface LiveStatus {
  readonly state: LiveState;
  /** Wall clock of the last event or heartbeat; null when there was none. */
  readonly lastEventAtMs: number | null;
  /** Wall clock since when the state holds. */
  readonly sinceMs: number;
  /** Why the last attempt to connect failed: `engine.unreachable`, `stream.too-many` …; null while connected. */
  readonly code: string | null;
}

export interface LiveStreamOptions {
  /** `/api/v1/stream`, with the origin in front where there is no page. */
  readonly url: string;
  readonly topics: readonly LiveTopic[];
  onEvent(event: LiveEvent): void;
  /** Called with each change of state, and while stale with each failed attempt. */
  onStatus(status: LiveStatus): void;
  /** Continue after this event instead of starting with snapshots. */
  readonly lastEventId?: string;
  readonly clock?: Clock;
  readonly fetch?: typeof fetch;
}

export interface LiveStream {
  /** Ends the connection and every timer; nothing is called afterwards. */
  close(): void;
}
