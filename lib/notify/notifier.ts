import type { Change, Channel, MeshState } from "../model/index.ts";
import { SEVERITIES } from "../model/index.ts";
import type { CancelTimer, Clock, Random } from "../std/index.ts";
import { type ChannelNews, ChannelWorker, FAILING_TRIES } from "./channel-worker.ts";
import type { Deliver, Delivered } from "./deliver.ts";
import { GROUP_MS, merged } from "./group.ts";
import { bounded, type Notification, type NotificationItem } from "./notification.ts";
import type { Outbox } from "./outbox.ts";
import { type Transition, transitionOf } from "./transitions.ts";

/** Messages that wait for one channel at most: the rest waits in the log. */
const WAITING_MAX = 500;
const READ_AT_ONCE = 200;
/** Changes older than that are told no more: whoever comes back after a day finds them in the log. */
const TOLD_MS = 86_400_000;
const CURSORS_EVERY_MS = 60_000;
const BROKEN_STORE_MS = 5_000;
/** The author of what nobody asked for. */
const INTERLOCK = "interlock";

export interface NotifierParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly outbox: Outbox;
  readonly deliver: Deliver;
  readonly state: () => Pick<MeshState, "alerts" | "channels" | "plans" | "policies" | "releases" | "seq">;
  /** As the event log gives them. */
  readonly changesAfter: (seq: number, limit: number) => readonly Change[];
  /** Address of the console, without a slash at the end. */
  readonly console: string;
  readonly newId: () => string;
  readonly onNews: (channel: string, news: ChannelNews) => void;
  /** A message that is in no log was not kept, because too many wait. */
  readonly onFull: (channel: string, sentence: string) => void;
  readonly onFault: (error: unknown) => void;
}

/** How a channel is doing. */
export interface ChannelStanding {
  readonly deliveredAt: string | null;
  /** Messages that wait; those behind the cursor, in the log, are not counted. */
  readonly pending: number;
  /** Tries of the message that is next. */
  readonly tries: number;
  readonly nextTryAt: string | null;
  readonly lastError: { readonly at: string; readonly sentence: string } | null;
  readonly failing: boolean;
}

/** Something that is in no log: an event of health. */
export interface Note {
  readonly topic: "workloads" | "lifecycle";
  readonly kind: string;
  readonly subject: string;
  readonly sentence: string;
  readonly at: string;
  /** Of the console, where it can be looked at. */
  readonly path: string;
}

interface Follower {
  cursor: number;
  /** As it is on disk. */
  savedCursor: number;
  readonly worker: ChannelWorker;
}

/** Follows the log for every channel, and keeps a worker for each. */
export class Notifier {
  readonly #parts: NotifierParts;
  readonly #followers = new Map<string, Follower>();
  #stopLooking: CancelTimer = () => {};
  readonly #stopSaving: CancelTimer;
  #isClosed = false;

  constructor(parts: NotifierParts) {
    this.#parts = parts;
    this.#stopSaving = parts.clock.every(CURSORS_EVERY_MS, () => this.#safely(() => this.#saveCursors()));
    this.look();
  }

  /** A change was recorded: soon it is looked at. */
  lookSoon(): void {
    if (this.#isClosed) return;
    this.#stopLooking();
    this.#stopLooking = this.#parts.clock.after(0, () => this.look());
  }

  /** Takes from the log what channels are to be told. */
  look(): void {
    if (this.#isClosed) return;
    this.#safely(() => {
      this.#follow();
      this.#take();
      for (const { worker } of this.#followers.values()) worker.wake();
    });
  }

  /** Tells channels of something that is in no log. */
  note(note: Note): void {
    if (this.#isClosed) return;
    this.#safely(() => {
      this.#follow();
      for (const channel of this.#parts.state().channels.values()) {
        if (channel.enabled && channel.topics.includes(note.topic)) this.#note(channel, note);
      }
    });
  }

  /** Sends a message that says it is a test, now and once. */
  test(channel: Channel, author: string): Promise<Delivered> {
    const { clock, console, deliver, newId } = this.#parts;
    const notification: Notification = {
      id: `test-${newId()}`,
      at: new Date(clock.wallMs()).toISOString(),
      topic: "test",
      kind: "test",
      subject: channel.name,
      sentence: `This is a test of the channel ${channel.name}.`,
      author,
      reason: "",
      before: null,
      after: null,
      links: [{ title: "In the console", url: console }],
    };
    return deliver(channel.target, notification, new AbortController().signal);
  }

  standing(name: string): ChannelStanding {
    const { outbox } = this.#parts;
    const record = outbox.channels().get(name);
    const head = outbox.head(name);
    const tries = head?.tries ?? 0;
    return {
      deliveredAt: record?.deliveredAt ?? null,
      pending: outbox.count(name),
      tries,
      nextTryAt: head === null ? null : new Date(head.notBeforeMs).toISOString(),
      lastError: record?.lastError ?? null,
      failing: tries >= FAILING_TRIES,
    };
  }

  close(): void {
    this.#isClosed = true;
    this.#stopLooking();
    this.#stopSaving();
    for (const { worker } of this.#followers.values()) worker.close();
    this.#safely(() => this.#saveCursors());
  }

  /** A follower for each channel there is, and none for those that went. */
  #follow(): void {
    const { outbox, state } = this.#parts;
    const { channels } = state();
    const known = outbox.channels();
    for (const name of new Set([...this.#followers.keys(), ...known.keys()])) {
      if (channels.has(name)) continue;
      this.#followers.get(name)?.worker.close();
      this.#followers.delete(name);
      outbox.drop(name);
    }
    for (const { name, rev } of channels.values()) {
      if (this.#followers.has(name)) continue;
      // A channel begins with what comes after it; one that was brought back by an undo may be told again of the last day.
      const cursor = known.get(name)?.cursor ?? rev;
      outbox.begin(name, cursor);
      this.#followers.set(name, { cursor, savedCursor: cursor, worker: this.#worker(name) });
    }
  }

  #worker(name: string): ChannelWorker {
    const { clock, deliver, onFault, onNews, outbox, random, state } = this.#parts;
    return new ChannelWorker({
      name,
      clock,
      random,
      outbox,
      deliver,
      channel: () => state().channels.get(name),
      isSilenced: (item) => this.#isSilenced(item),
      onNews: (news) => onNews(name, news),
      onRoom: () => {
        if ((this.#followers.get(name)?.cursor ?? 0) < state().seq) this.lookSoon();
      },
      onFault,
    });
  }

  #isSilenced({ alert }: NotificationItem): boolean {
    const until = alert === undefined ? null : (this.#parts.state().alerts.get(alert.id)?.silencedUntil ?? null);
    return until !== null && Date.parse(until) > this.#parts.clock.wallMs();
  }

  /** One read of the log serves all followers; those whose outbox is full stay behind. */
  #take(): void {
    const { changesAfter, clock, console, outbox, state } = this.#parts;
    const { channels, seq } = state();
    const behind = [...this.#followers].filter(([name, { cursor }]) => cursor < seq && outbox.count(name) < WAITING_MAX);
    if (behind.length === 0) return;
    const from = Math.min(...behind.map(([, { cursor }]) => cursor));
    const changes = changesAfter(from, READ_AT_ONCE);
    const oldestMs = clock.wallMs() - TOLD_MS;
    const told = changes.map((change) => ({
      seq: change.seq,
      transition: Date.parse(change.at) < oldestMs ? null : transitionOf(change, state(), console),
    }));
    for (const [name, follower] of behind) {
      const channel = channels.get(name);
      if (channel !== undefined) this.#takeFor(channel, follower, told);
    }
    if (behind.some(([name, { cursor }]) => cursor < seq && outbox.count(name) < WAITING_MAX)) this.lookSoon();
  }

  /** What is put there and how far the log was read hold together, or not at all. */
  #takeFor(channel: Channel, follower: Follower, told: readonly { readonly seq: number; readonly transition: Transition | null }[]): void {
    const { outbox } = this.#parts;
    const { name } = channel;
    const ahead = told.filter(({ seq }) => seq > follower.cursor);
    const isWritten = ahead.some(({ transition }) => transition !== null && isWanted(channel, transition));
    let cursor = follower.cursor;
    if (!isWritten) {
      follower.cursor = ahead.at(-1)?.seq ?? cursor;
      return;
    }
    outbox.atomically(() => {
      for (const { seq, transition } of ahead) {
        if (outbox.count(name) >= WAITING_MAX) break;
        if (transition !== null && isWanted(channel, transition)) this.#put(name, transition.notification, transition.group);
        cursor = seq;
      }
      outbox.setCursor(name, cursor);
    });
    follower.cursor = cursor;
    follower.savedCursor = cursor;
  }

  #note({ name }: Channel, { at, kind, path, sentence, subject, topic }: Note): void {
    const { console, newId, onFull, outbox } = this.#parts;
    if (outbox.count(name) >= WAITING_MAX) {
      return onFull(name, `${WAITING_MAX} messages wait for ${name} already; it is not told: ${sentence}`);
    }
    const id = `evt-${newId()}`;
    const links = [{ title: "In the console", url: `${console}${path}` }];
    const items = [{ id, at, subject, sentence }];
    const facts = { id, at, topic, kind, subject, sentence, author: INTERLOCK, reason: "", before: null, after: null, links, items };
    this.#put(name, bounded(facts), kind);
    this.#followers.get(name)?.worker.wake();
  }

  /** Puts a message behind the others, or into one of its group that is still held back. */
  #put(name: string, notification: Notification, group: string | null): void {
    const { clock, outbox } = this.#parts;
    const nowMs = clock.wallMs();
    const held = group === null ? null : outbox.held(name, group, nowMs);
    const both = held === null ? null : merged(held.notification, notification);
    if (held !== null && both !== null) return outbox.replace(held.place, both);
    outbox.put(name, { notification, group, sinceMs: nowMs, notBeforeMs: group === null ? nowMs : nowMs + GROUP_MS });
  }

  #saveCursors(): void {
    for (const [name, follower] of this.#followers) {
      if (follower.cursor === follower.savedCursor) continue;
      this.#parts.outbox.setCursor(name, follower.cursor);
      follower.savedCursor = follower.cursor;
    }
  }

  /** A store that cannot be written is tried again: nothing of the engine depends on it. */
  #safely(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#parts.onFault(error);
      if (this.#isClosed) return;
      this.#stopLooking();
      this.#stopLooking = this.#parts.clock.after(BROKEN_STORE_MS, () => this.look());
    }
  }
}

function isWanted({ enabled, minSeverity, name, topics }: Channel, { channels, notification, topics: about }: Transition): boolean {
  if (!enabled) return false;
  // A policy that names channels means these, whatever else they are told of.
  if (channels.length > 0) return channels.includes(name);
  const severity = notification.items?.[0]?.alert?.severity;
  const isGrave = severity === undefined || SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(minSeverity);
  return isGrave && about.some((topic) => topics.includes(topic));
}
