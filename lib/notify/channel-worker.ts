import type { Channel } from "../model/index.ts";
import { type CancelTimer, type Clock, canonicalJson, type Json, type Random } from "../std/index.ts";
import { BACK_OFF_MAX_MS, backOffMs } from "./back-off.ts";
import type { Deliver, NotTaken, Taken } from "./delivered.ts";
import { only } from "./group.ts";
import type { Notification, NotificationItem } from "./notification.ts";
import type { Outbox, Waiting } from "./outbox.ts";

/** A message is given up when it is that old, after `TRIES_MIN` tries at least: a clock that was set forward loses nothing. */
const GIVEN_UP_MS = 86_400_000;
const TRIES_MIN = 10;
/** Tries of one message until a channel counts as failing. */
const FAILING_TRIES = 5;
/** Tries of a message that the other side will not have: it keeps back those behind it. */
const REFUSED_TRIES = 4;
const BROKEN_STORE_MS = 5_000;
/** A wait that is longer than meant by that much comes from a clock that was set back. */
const CLOCK_STEP_MS = 60_000;
const NEVER_MS = Number.POSITIVE_INFINITY;

/** What became of a channel, for people. */
export interface ChannelNews {
  readonly kind: "notification-failing" | "notification-recovered" | "notification-lost";
  readonly sentence: string;
}

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
  /** The channel was off, or the engine was: what waits may be of long ago. */
  #wasOff = true;
  /** What became of a try and is not on disk yet: it is never tried again because of that. */
  #unwritten: (() => void) | null = null;
  #faults = 0;
  #fault: { readonly at: string; readonly sentence: string } | null = null;
  /** On the monotonic clock. */
  #faultUntilMs = 0;

  constructor(parts: ChannelWorkerParts) {
    this.#parts = parts;
  }

  /** Why what waits cannot be read or written; null where it can be. */
  get fault(): { readonly at: string; readonly sentence: string } | null {
    return this.#fault;
  }

  /** A message was put there, or the channel was changed. */
  wake(): void {
    if (this.#ended.signal.aborted) return;
    this.#isWoken = this.#isSending;
    if (this.#isSending) return;
    this.#stopWaiting();
    this.#isSending = true;
    void this.#sendAll()
      .catch((error: unknown) => this.#broken(error))
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
    const { channel, clock, name, outbox } = this.#parts;
    for (;;) {
      const target = channel();
      if (this.#ended.signal.aborted) return;
      const brokenMs = this.#faultUntilMs - clock.monotonicMs();
      if (brokenMs > 0) return this.#wait(brokenMs);
      this.#write();
      if (target?.enabled !== true) {
        this.#wasOff = true;
        return;
      }
      const nowMs = clock.wallMs();
      if (this.#wasOff) this.#dropOld(nowMs);
      const waiting = outbox.head(name, nowMs);
      const leftDueMs = outbox.leftDueMs(name);
      this.#mended();
      const waitMs = Math.min(waiting?.notBeforeMs ?? NEVER_MS, leftDueMs ?? NEVER_MS) - nowMs;
      if (waitMs === NEVER_MS) return;
      // No message is meant to wait for longer than the longest pause: a clock that was set back does not hold it.
      if (waiting === null || (waitMs > 0 && waitMs <= BACK_OFF_MAX_MS + CLOCK_STEP_MS))
        return this.#wait(Math.min(waitMs, BACK_OFF_MAX_MS));
      await this.#send(target, waiting);
    }
  }

  async #send(channel: Channel, waiting: Waiting): Promise<void> {
    const { deliver, name, onRoom, outbox } = this.#parts;
    const notification = this.#sayable(waiting);
    if (notification === null) return onRoom();
    const { signal } = this.#ended;
    const delivered = await deliver(channel.target, notification, signal, waiting.left);
    // The store may be closed by now; the message is still in it.
    if (signal.aborted) return;
    const tried = { ...waiting, notification };
    this.#unwritten = delivered.ok ? () => this.#arrived(tried, delivered.value) : () => this.#failed(channel, tried, delivered.error);
    const isWaiting = outbox.channels().has(name);
    if (isWaiting) this.#write();
    else this.#unwritten = null;
  }

  /**
   * What of a message is to be said now. What is silenced is put aside until its silence ends, and of an end that nobody was told the beginning of nothing is said.
   * A message that was tried may have arrived: it goes on as it is.
   */
  #sayable(waiting: Waiting): Notification | null {
    const { isSilenced, name, outbox } = this.#parts;
    const { notification, place, tries } = waiting;
    if (tries > 0) return notification;
    const silenced: NotificationItem[] = [];
    const said = only(notification, (item) => {
      if (item.alert?.state === "resolved") return outbox.isTold(name, item.alert.id);
      if (!isSilenced(item)) return true;
      silenced.push(item);
      return false;
    });
    if (said === notification) return said;
    outbox.atomically(() => {
      for (const item of silenced) outbox.silence(name, item);
      if (said === null) outbox.done(name, waiting, null);
      else outbox.replace(place, said);
    });
    return said;
  }

  #arrived(waiting: Waiting, { lost, said }: Taken): void {
    const { name, onNews, onRoom, outbox } = this.#parts;
    const wasFailing = outbox.channels().get(name)?.isFailing === true;
    outbox.done(name, waiting, this.#nowIso());
    if (wasFailing) onNews({ kind: "notification-recovered", sentence: `${name} takes messages again: ${said}` });
    if (lost !== undefined) this.#lost(`${name} took this, but not for everybody: ${lost}`, waiting);
    onRoom();
  }

  #failed(channel: Channel, waiting: Waiting, { afterMs = 0, isRefused = false, left, lost, said }: NotTaken): void {
    const { clock, name, onNews, onRoom, outbox, random } = this.#parts;
    const nowMs = clock.wallMs();
    const tries = waiting.tries + 1;
    const stillLeft = left ?? waiting.left;
    const pauseMs = this.#isOther(channel) ? 0 : Math.min(BACK_OFF_MAX_MS, Math.max(afterMs, backOffMs(tries, random)));
    const isFailing = tries >= FAILING_TRIES && stillLeft === null;
    const wasFailing = outbox.channels().get(name)?.isFailing === true;
    const isTooOld = tries >= TRIES_MIN && nowMs - waiting.sinceMs >= GIVEN_UP_MS;
    const isOver = isTooOld || (isRefused && tries >= REFUSED_TRIES) || stillLeft?.length === 0;
    outbox.atomically(() => {
      outbox.failed(name, waiting, { at: this.#nowIso(), sentence: said, notBeforeMs: nowMs + pauseMs, left: stillLeft, isFailing });
      if (isOver) outbox.done(name, waiting, null);
    });
    if (isFailing && !wasFailing) {
      const sentence = `${name} has not taken a message in ${tries} tries: ${said} It is tried again for a day.`;
      onNews({ kind: "notification-failing", sentence });
    }
    if (lost !== undefined) this.#lost(`${name} took this, but not for everybody: ${lost}`, waiting);
    if (!isOver) return;
    if (isTooOld) this.#lost(`${name} did not take this in a day.`, waiting);
    else if (isRefused) this.#lost(`${name} refuses this message: ${said} What comes after it is sent.`, waiting);
    onRoom();
  }

  /** It was set right while a try was under way. */
  #isOther({ target }: Channel): boolean {
    const now = this.#parts.channel()?.target;
    return now !== undefined && canonicalJson(now as unknown as Json) !== canonicalJson(target as unknown as Json);
  }

  /** What is older than a day when a channel comes back is told to nobody, which is said once. */
  #dropOld(nowMs: number): void {
    const { name, onNews, onRoom, outbox } = this.#parts;
    let count = 0;
    let first: Notification | null = null;
    for (;;) {
      const waiting = outbox.head(name, nowMs);
      if (waiting === null || nowMs - waiting.sinceMs < GIVEN_UP_MS) break;
      outbox.done(name, waiting, null);
      first ??= waiting.notification;
      count++;
    }
    this.#wasOff = false;
    if (first === null) return;
    const what = count === 1 ? "A message is" : `${count} messages are`;
    const sentence = `${what} older than a day by now and not sent to ${name}; the first: ${first.sentence} (${first.id})`;
    onNews({ kind: "notification-lost", sentence });
    onRoom();
  }

  #lost(why: string, { notification: { id, sentence } }: Waiting): void {
    this.#parts.onNews({ kind: "notification-lost", sentence: `${why} It said: ${sentence} (${id})` });
  }

  #write(): void {
    const write = this.#unwritten;
    if (write === null) return;
    write();
    this.#unwritten = null;
    this.#mended();
  }

  /** The store cannot be read or written: each time it waits longer, and sends nothing meanwhile. */
  #broken(error: unknown): void {
    const { clock, onFault, random } = this.#parts;
    onFault(error);
    this.#faults += 1;
    const why = error instanceof Error ? error.message : String(error);
    this.#fault = { at: this.#nowIso(), sentence: `What waits cannot be read or written: ${why}. Nothing is sent until it can be.` };
    const pauseMs = Math.max(BROKEN_STORE_MS, backOffMs(this.#faults, random));
    this.#faultUntilMs = clock.monotonicMs() + pauseMs;
    this.#wait(pauseMs);
  }

  #mended(): void {
    this.#faults = 0;
    this.#fault = null;
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
