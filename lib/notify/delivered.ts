import type { ChannelTarget } from "../model/index.ts";
import type { Result } from "../std/index.ts";
import type { Notification } from "./notification.ts";

/** A message that was taken. */
export interface Taken {
  /** What the other side said, in one line. */
  readonly said: string;
  /** Whom it will never reach, in a sentence. */
  readonly lost?: string;
}

/** A message that was not taken, or not for all. */
export interface NotTaken {
  readonly said: string;
  /** It is this message that the other side will not have; the next one it may take. */
  readonly isRefused?: boolean;
  /** The other side asked not to be tried again before that. */
  readonly afterMs?: number;
  /** The recipients that it did not reach yet; the others have it. Empty: it will reach none of them. */
  readonly left?: readonly string[];
  readonly lost?: string;
}

/** What became of one try. */
export type Delivered = Result<Taken, NotTaken>;

/** Sends one message to one target, once. `left`: to these of its recipients alone. */
export type Deliver = (
  target: ChannelTarget,
  notification: Notification,
  signal: AbortSignal,
  left?: readonly string[] | null,
) => Promise<Delivered>;
