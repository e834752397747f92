import type { FigureTopic } from "./figure-source.ts";
import type { FrameHistory } from "./frame-history.ts";

/** What readers draw from: the figures and changes that the hub has looked at. It moves only when the hub looks again. */
export interface StreamFeed {
  readonly era: string;
  /** Number of the newest figure frame. */
  readonly frame: number;
  /** Sequence of the newest change that has been given out. */
  readonly seq: number;
  readonly history: FrameHistory;
  /** Data line of the topic as of `frame`; encoded once, whoever asks. */
  snapshot(topic: FigureTopic): Buffer;
  /** JSON of the newest changes up to `seq`, oldest first. */
  recentChanges(): string;
  /** JSON of the next changes after `seq`, and the sequence of the last of them. */
  changesAfter(seq: number): { readonly data: string; readonly seq: number };
  nowMs(): number;
  wallMs(): number;
}
