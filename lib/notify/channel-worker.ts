import type { Channel } from "../model/index.ts";
import type { CancelTimer, Clock, Random } from "../std/index.ts";
import { BACK_OFF_MAX_MS, backOffMs } from "./back-off.ts";
import type { Deliver } from "./deliver.ts";
import { only } from "./group.ts";
import type { Notification, NotificationItem } from "./notification.ts";
import type { Outbox, Waiting } from "./outbox.ts";

/** A message is given up when it is that old, after `TRIES_MIN` tries at least: a clock that was set forward loses nothing. */
const GIVEN_UP_MS = 86_400_000;
const TRIES_MIN = 10;
/** Tries of one message until a channel counts as failing. */
export const FAILING_TRIES = 5;
const BROKEN_STORE_MS = 5_000;

/** What became of a channel, for people. */
export type ChannelNews =
  | { readonly kind: "notification-failing"; readonly sentence: string }
  | { readonly kind: "notification-recovered"; readonly sentence: string }
  | { readonly kind: "notification-lost"; readonly sentence: string };

export interface ChannelWorkerParts {
  readonly name: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly outbox: Outbox;
  readonly deliver: Deliver;
  /** As it is now; undefined where it is gone. */
  readonly channel: () => Channel | undefined;
  readonly isSilenced: (item: NotificationItem) => boolean;
  readonly onNews: (news: ChannelNews) => void;
  /** A message is off, and there is room for another. */
  readonly onRoom: () => void;
  readonly onFault: (error: unknown) => void;
}

/** Sends what waits for one channel, one after the other, until each has arrived. What happens to it never reaches the others. */
export class ChannelWorker {
  readonly #parts: ChannelWorkerParts;
  readonly #ended = new AbortController();
  #isSending = false;
  /** Somebody called while it was sending. */
  #isWoken = false;
  #stopWaiting: CancelTimer = () => {};
  #isFailing = false;

  constructor(parts: ChannelWorkerParts) {
    this.#parts = parts;
  }

  /** A message was put there, or the channel was changed. */
  wake(): void {
    if (this.#ended.signal.aborted) return;
    this.#isWoken = this.#isSending;
    if (this.#isSending) return;
    this.#stopWaiting();
    this.#isSending = true;
    void this.#sendAll()
      .catch((error: unknown) => {
        this.#parts.onFault(error);
        this.#wait(BROKEN_STORE_MS);
      })
      .finally(() => {
        this.#isSending = false;
        if (this.#isWoken) this.wake();
      });
  }

  /** Ends at once; what was under way is sent again by the next worker, under the same id. */
  close(): void {
    this.#stopWaiting();
    this.#ended.abort();
  }

  async #sendAll(): Promise<void> {
    for (;;) {
      const { channel, clock, name, outbox } = this.#parts;
      const target = channel();
      if (this.#ended.signal.aborted || target?.enabled !== true) return;
      const waiting = outbox.head(name);
      if (waiting === null) return;
      // A clock that was set back must not hold a message back for longer than it was meant to wait.
      const leftMs = Math.min(waiting.notBeforeMs - clock.wallMs(), BACK_OFF_MAX_MS);
      if (leftMs > 0) return this.#wait(leftMs);
      await this.#send(target, waiting);
    }
  }

  async #send(channel: Channel, waiting: Waiting): Promise<void> {
    const { deliver, isSilenced, name, onRoom, outbox } = this.#parts;
    const notification = only(waiting.notification, (item) => !isSilenced(item));
    if (notification === null) {
      outbox.done(name, waiting.place, null);
      return onRoom();
    }
    const { signal } = this.#ended;
    const delivered = await deliver(channel.target, notification, signal);
    // The store may be closed by now; the message is still in it.
    if (signal.aborted) return;
    if (!delivered.ok) return this.#failed(waiting, notification, delivered.error);
    outbox.done(name, waiting.place, this.#nowIso());
    if (this.#isFailing) {
      this.#isFailing = false;
      this.#parts.onNews({ kind: "notification-recovered", sentence: `${name} takes messages again: ${delivered.value}` });
    }
    onRoom();
  }

  #failed(waiting: Waiting, notification: Notification, sentence: string): void {
    const { clock, name, onNews, onRoom, outbox, random } = this.#parts;
    const nowMs = clock.wallMs();
    const tries = waiting.tries + 1;
    outbox.failed(name, waiting, nowMs + backOffMs(tries, random), { at: this.#nowIso(), sentence });
    if (tries >= FAILING_TRIES && !this.#isFailing) {
      this.#isFailing = true;
      onNews({
        kind: "notification-failing",
        sentence: `${name} has not taken a message in ${tries} tries: ${sentence} It is tried again for a day.`,
      });
    }
    if (tries < TRIES_MIN || nowMs - waiting.sinceMs < GIVEN_UP_MS) return;
    outbox.done(name, waiting.place, null);
    onNews({ kind: "notification-lost", sentence: `${name} did not take this in a day: ${notification.sentence} (${notification.id})` });
    onRoom();
  }

  #wait(ms: number): void {
    this.#stopWaiting();
    if (this.#ended.signal.aborted) return;
    this.#stopWaiting = this.#parts.clock.after(ms, () => this.wake());
  }

  #nowIso(): string {
    return new Date(this.#parts.clock.wallMs()).toISOString();
  }
}
