import { type Alert, type Change, type Channel, type MeshState, SEVERITIES, type Severity } from "../model/index.ts";
import { type CancelTimer, type Clock, canonicalJson, type Json, type Random } from "../std/index.ts";
import { type ChannelNews, ChannelWorker } from "./channel-worker.ts";
import type { Deliver, Delivered } from "./delivered.ts";
import { GROUP_MS, merged } from "./group.ts";
import { bounded, type Notification } from "./notification.ts";
import type { Outbox } from "./outbox.ts";
import { lateAlert, type Transition, transitionOf } from "./transitions.ts";

/** Messages that wait for one channel at most: the rest waits in the log. */
const WAITING_MAX = 500;
const READ_AT_ONCE = 200;
/** Changes older than that are told no more: whoever comes back after a day finds them in the log. */
const TOLD_MS = 86_400_000;
const CURSORS_EVERY_MS = 60_000;
/** How late it may be noticed that a silence has ended. */
const SILENCES_EVERY_MS = 5_000;
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
  /** Where it sends to, with the name of its secret, as it was looked at last. */
  place: string;
  readonly worker: ChannelWorker;
}

/** A change as channels are told of it. */
interface Told {
  readonly seq: number;
  readonly transition: Transition | null;
  /** Channels that it took away. */
  readonly removed: readonly string[];
}

/** For whom something is. */
interface About extends Pick<Transition, "channels" | "topics"> {
  readonly severities: readonly Severity[];
}

/** Follows the log for every channel, and keeps a worker for each. */
export class Notifier {
  readonly #parts: NotifierParts;
  readonly #followers = new Map<string, Follower>();
  #stopLooking: CancelTimer = () => {};
  readonly #stopTimers: readonly CancelTimer[];
  #isClosed = false;

  constructor(parts: NotifierParts) {
    this.#parts = parts;
    this.#stopTimers = [
      parts.clock.every(CURSORS_EVERY_MS, () => this.#safely(() => this.#saveCursors())),
      parts.clock.every(SILENCES_EVERY_MS, () => this.#safely(() => this.#endSilences())),
    ];
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
      this.#endSilences();
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

  /** Sends a message that says it is a test, now and once. Where it is taken, what waits is tried now too. */
  async test(channel: Channel, author: string): Promise<Delivered> {
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
    const delivered = await deliver(channel.target, notification, new AbortController().signal);
    if (delivered.ok && !this.#isClosed) this.#safely(() => this.#hurry(channel.name));
    return delivered;
  }

  standing(name: string): ChannelStanding {
    const { clock, outbox } = this.#parts;
    const record = outbox.channels().get(name);
    const head = outbox.head(name, clock.wallMs());
    const nextTryMs = head?.notBeforeMs ?? outbox.leftDueMs(name);
    const fault = this.#followers.get(name)?.worker.fault ?? null;
    return {
      deliveredAt: record?.deliveredAt ?? null,
      pending: outbox.count(name),
      tries: head?.tries ?? 0,
      nextTryAt: nextTryMs === null ? null : new Date(nextTryMs).toISOString(),
      lastError: fault ?? record?.lastError ?? null,
      failing: fault !== null || record?.isFailing === true,
    };
  }

  close(): void {
    this.#isClosed = true;
    this.#stopLooking();
    for (const stop of this.#stopTimers) stop();
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
    for (const channel of channels.values()) {
      const { name, rev, target } = channel;
      const place = canonicalJson(target as unknown as Json);
      const follower = this.#followers.get(name);
      if (follower !== undefined) {
        if (follower.place === place) continue;
        outbox.hurry(name);
        follower.place = place;
        continue;
      }
      // A channel begins with what comes after it; one that was brought back by an undo may be told again of the last day.
      const record = known.get(name);
      const cursor = record?.cursor ?? rev;
      outbox.begin(name, cursor);
      if (record?.knowsTold === false) outbox.knowTold(name, this.#toldBefore(channel, cursor));
      this.#followers.set(name, { cursor, savedCursor: cursor, place, worker: this.#worker(name) });
    }
  }

  /** The alerts that a channel was told as far as can be known: all that fire, or ended behind its cursor, and are for it. */
  #toldBefore(channel: Channel, cursor: number): readonly string[] {
    const { changesAfter, state } = this.#parts;
    const ended = changesAfter(cursor, READ_AT_ONCE).flatMap(({ events, kind }) =>
      kind === "alert.resolve" ? events.flatMap((event) => (event.kind === "alert-set" ? (event.value ?? []) : [])) : [],
    );
    const firing = [...state().alerts.values()].filter((alert) => alert.state === "firing");
    const isFor = ({ channels, severity }: Alert) => this.#isFor(channel, { channels, severities: [severity], topics: ["alerts"] });
    return [...firing, ...ended].filter(isFor).map(({ id }) => id);
  }

  /** What was tried before is tried now: its address, its secret or the other side was set right. */
  #hurry(name: string): void {
    this.#parts.outbox.hurry(name);
    this.#followers.get(name)?.worker.wake();
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
      isSilenced: ({ alert }) => alert !== undefined && this.#isSilenced(alert.id),
      onNews: (news) => onNews(name, news),
      onRoom: () => {
        if ((this.#followers.get(name)?.cursor ?? 0) < state().seq) this.lookSoon();
      },
      onFault,
    });
  }

  #isSilenced(alert: string): boolean {
    const until = this.#parts.state().alerts.get(alert)?.silencedUntil ?? null;
    return until !== null && Date.parse(until) > this.#parts.clock.wallMs();
  }

  /** What still fires when its silence ends is told then; what is over by then is told to nobody. */
  #endSilences(): void {
    const { console, outbox, state } = this.#parts;
    for (const { alert: id, channel } of outbox.silenced()) {
      const alert = state().alerts.get(id);
      if (alert?.state !== "firing") outbox.unsilence(channel, id);
      else if (!this.#isSilenced(id) && outbox.count(channel) < WAITING_MAX) {
        const item = outbox.silencedItem(channel, id);
        if (item === null) continue;
        const { group, notification } = lateAlert(item, alert, console);
        outbox.atomically(() => {
          outbox.unsilence(channel, id);
          this.#put(channel, notification, group);
        });
        this.#followers.get(channel)?.worker.wake();
      }
    }
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
      removed: change.events.flatMap((event) => (event.kind === "channel-set" && event.value === null ? [event.id] : [])),
    }));
    for (const [name, follower] of behind) {
      const channel = channels.get(name);
      if (channel !== undefined) this.#takeFor(channel, follower, told);
    }
    if (behind.some(([name, { cursor }]) => cursor < seq && outbox.count(name) < WAITING_MAX)) this.lookSoon();
  }

  /** What is put there and how far the log was read hold together, or not at all. */
  #takeFor(channel: Channel, follower: Follower, told: readonly Told[]): void {
    const { outbox } = this.#parts;
    const { name } = channel;
    const ahead = told.filter(({ seq }) => seq > follower.cursor);
    let cursor = follower.cursor;
    if (!ahead.some(({ removed, transition }) => removed.includes(name) || this.#isWanted(channel, transition))) {
      follower.cursor = ahead.at(-1)?.seq ?? cursor;
      return;
    }
    outbox.atomically(() => {
      for (const { removed, seq, transition } of ahead) {
        if (outbox.count(name) >= WAITING_MAX) break;
        // It was taken away and made anew since: nothing that was meant for the one before goes to this one.
        if (removed.includes(name)) {
          outbox.drop(name);
          outbox.begin(name, seq);
        }
        if (transition !== null && this.#isWanted(channel, transition)) this.#put(name, transition.notification, transition.group);
        cursor = seq;
      }
      outbox.setCursor(name, cursor);
    });
    follower.cursor = cursor;
    follower.savedCursor = cursor;
  }

  #isWanted(channel: Channel, transition: Transition | null): boolean {
    if (transition === null) return false;
    const { channels, notification, topics } = transition;
    const alerts = notification.items?.flatMap(({ alert }) => alert ?? []) ?? [];
    if (channel.enabled && this.#isFor(channel, { channels, severities: alerts.map(({ severity }) => severity), topics })) return true;
    // Who was told that it fires is told that it is over, whatever was set meanwhile; a channel that is off once it is on.
    return alerts.some(({ id, state }) => state === "resolved" && this.#parts.outbox.isToBeTold(channel.name, id));
  }

  /** Whether something is for a channel that is on. */
  #isFor({ minSeverity, name, topics }: Channel, about: About): boolean {
    const { channels } = this.#parts.state();
    // A policy that names channels means these, whatever else they are told of; where none of them can be told, it is as if it named none.
    const named = about.channels.filter((each) => each === name || channels.get(each)?.enabled === true);
    if (named.length > 0) return named.includes(name);
    const isGrave = about.severities.every((severity) => SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(minSeverity));
    return isGrave && about.topics.some((topic) => topics.includes(topic));
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
    this.#put(name, bounded(facts), `${topic} ${kind}`);
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
