import { join } from "node:path";
import { inTransaction, openDisposableDatabase } from "../sqlite/index.ts";
import { err, ok, type Result } from "../std/index.ts";
import type { Notification } from "./notification.ts";

/** A message that waits for one channel. */
export interface Waiting {
  readonly place: number;
  readonly notification: Notification;
  /** What it may be told together with, as long as it was not tried. */
  readonly group: string | null;
  /** On the wall clock: when it was put here, and before when it is not tried. */
  readonly sinceMs: number;
  readonly notBeforeMs: number;
  readonly tries: number;
}

/** What a channel has behind it. */
export interface ChannelRecord {
  /** Everything in the log up to here was looked at. */
  readonly cursor: number;
  readonly deliveredAt: string | null;
  readonly lastError: { readonly at: string; readonly sentence: string } | null;
}

/** The open `notifications.sqlite`: what waits for each channel, in order, and how far each is in the log. */
export interface Outbox {
  /** By channel name. */
  channels(): ReadonlyMap<string, ChannelRecord>;
  begin(channel: string, cursor: number): void;
  /** Forgets a channel and what waits for it. */
  drop(channel: string): void;
  setCursor(channel: string, cursor: number): void;
  put(channel: string, waiting: Omit<Waiting, "place" | "tries">): void;
  /** Puts a longer message in the place of one that was not tried. */
  replace(place: number, notification: Notification): void;
  head(channel: string): Waiting | null;
  /** The newest message of a group that was not tried and is still held back. */
  held(channel: string, group: string, nowMs: number): Waiting | null;
  count(channel: string): number;
  /** The message is off; `deliveredAt`: it arrived. */
  done(channel: string, place: number, deliveredAt: string | null): void;
  failed(channel: string, waiting: Waiting, notBeforeMs: number, error: NonNullable<ChannelRecord["lastError"]>): void;
  /** All of it holds, or none. */
  atomically<T>(work: () => T): T;
  close(): void;
}

export interface OutboxFailure {
  readonly code: "notifications.unreadable";
  readonly detail: string;
}

const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE channels (
    name         TEXT PRIMARY KEY,
    cursor       INTEGER NOT NULL,
    delivered_at TEXT,
    error_at     TEXT,
    error        TEXT
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE outbox (
    place      INTEGER PRIMARY KEY AUTOINCREMENT,
    channel    TEXT NOT NULL,
    message    TEXT NOT NULL,
    group_key  TEXT,
    since_ms   INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    tries      INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE INDEX outbox_by_channel ON outbox (channel, place);
  `,
];

/**
 * Opens or creates `notifications.sqlite`. A damaged file is set aside: messages of the last day are then told again, under the same ids.
 */
export function openOutbox(dir: string, onDamaged: (sentence: string) => void): Result<Outbox, OutboxFailure> {
  const path = join(dir, "notifications.sqlite");
  const opened = openDisposableDatabase({ path, migrations: MIGRATIONS, synchronous: "NORMAL" }, onDamaged);
  if (!opened.ok) return err({ code: "notifications.unreadable", detail: opened.error.detail });
  const database = opened.value;
  const sql = (text: string) => database.prepare(text);
  const allChannels = sql("SELECT * FROM channels ORDER BY name");
  const begin = sql("INSERT INTO channels (name, cursor) VALUES (?, ?) ON CONFLICT DO NOTHING");
  const dropChannel = sql("DELETE FROM channels WHERE name = ?");
  const dropWaiting = sql("DELETE FROM outbox WHERE channel = ?");
  const setCursor = sql("UPDATE channels SET cursor = ? WHERE name = ?");
  const put = sql("INSERT INTO outbox (channel, message, group_key, since_ms, not_before) VALUES (?, ?, ?, ?, ?)");
  const replace = sql("UPDATE outbox SET message = ? WHERE place = ?");
  const head = sql("SELECT * FROM outbox WHERE channel = ? ORDER BY place LIMIT 1");
  const held = sql("SELECT * FROM outbox WHERE channel = ? AND group_key = ? AND tries = 0 AND not_before > ? ORDER BY place DESC LIMIT 1");
  const count = sql("SELECT count(*) AS count FROM outbox WHERE channel = ?");
  const remove = sql("DELETE FROM outbox WHERE place = ?");
  const delivered = sql("UPDATE channels SET delivered_at = ?, error_at = NULL, error = NULL WHERE name = ?");
  const again = sql("UPDATE outbox SET tries = ?, not_before = ? WHERE place = ?");
  const failed = sql("UPDATE channels SET error_at = ?, error = ? WHERE name = ?");
  const atomically = <T>(work: () => T): T => (database.isTransaction ? work() : inTransaction(database, work));
  return ok({
    channels: () => new Map(allChannels.all().map((row) => [String(row.name), recordOf(row)])),
    begin: (channel, cursor) => void begin.run(channel, cursor),
    drop: (channel) =>
      atomically(() => {
        dropChannel.run(channel);
        dropWaiting.run(channel);
      }),
    setCursor: (channel, cursor) => void setCursor.run(cursor, channel),
    put: (channel, { group, notBeforeMs, notification, sinceMs }) =>
      void put.run(channel, JSON.stringify(notification), group, Math.round(sinceMs), Math.round(notBeforeMs)),
    replace: (place, notification) => void replace.run(JSON.stringify(notification), place),
    head: (channel) => waitingOf(head.get(channel)),
    held: (channel, group, nowMs) => waitingOf(held.get(channel, group, Math.round(nowMs))),
    count: (channel) => Number(count.get(channel)?.count),
    done: (channel, place, deliveredAt) =>
      atomically(() => {
        remove.run(place);
        if (deliveredAt !== null) delivered.run(deliveredAt, channel);
      }),
    failed: (channel, { place, tries }, notBeforeMs, { at, sentence }) =>
      atomically(() => {
        again.run(tries + 1, Math.round(notBeforeMs), place);
        failed.run(at, sentence, channel);
      }),
    atomically,
    close() {
      if (database.isOpen) database.close();
    },
  });
}

type Row = Readonly<Record<string, unknown>>;

function recordOf({ cursor, delivered_at, error, error_at }: Row): ChannelRecord {
  const lastError = error === null ? null : { at: String(error_at), sentence: String(error) };
  return { cursor: Number(cursor), deliveredAt: delivered_at === null ? null : String(delivered_at), lastError };
}

function waitingOf(row: Row | undefined): Waiting | null {
  if (row === undefined) return null;
  return {
    place: Number(row["place"]),
    notification: JSON.parse(String(row["message"])) as Notification,
    group: row["group_key"] === null ? null : String(row["group_key"]),
    sinceMs: Number(row["since_ms"]),
    notBeforeMs: Number(row["not_before"]),
    tries: Number(row["tries"]),
  };
}
