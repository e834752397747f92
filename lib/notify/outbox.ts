import { join } from "node:path";
import { inTransaction, openDisposableDatabase } from "../sqlite/index.ts";
import { err, ok, type Result } from "../std/index.ts";
import { seriesOf } from "./group.ts";
import type { Notification, NotificationItem } from "./notification.ts";

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
  /** Those of its recipients that it did not reach yet, once some have it. Nothing waits for such a message. */
  readonly left: readonly string[] | null;
}

/** A try that did not work. */
export interface Failure {
  readonly at: string;
  readonly sentence: string;
  readonly notBeforeMs: number;
  readonly left: readonly string[] | null;
  /** The channel counts as failing by now. */
  readonly isFailing: boolean;
}

/** What a channel has behind it. */
export interface ChannelRecord {
  /** Everything in the log up to here was looked at. */
  readonly cursor: number;
  readonly deliveredAt: string | null;
  readonly lastError: { readonly at: string; readonly sentence: string } | null;
  /** That was said, and since then it took nothing. */
  readonly isFailing: boolean;
  /** Which alerts it was told was kept from its first message on. */
  readonly knowsTold: boolean;
}

/** The open `notifications.sqlite`: what waits for each channel, in order, and how far each is in the log. */
export interface Outbox {
  /** By channel name. */
  channels(): ReadonlyMap<string, ChannelRecord>;
  begin(channel: string, cursor: number): void;
  /** Forgets a channel and what waits for it. */
  drop(channel: string): void;
  setCursor(channel: string, cursor: number): void;
  put(channel: string, waiting: Omit<Waiting, "place" | "tries" | "left">): void;
  /** Puts another message in the place of one that was not tried. */
  replace(place: number, notification: Notification): void;
  /** What is next: the oldest message, or one that is for some recipients alone and is due. */
  head(channel: string, nowMs: number): Waiting | null;
  /** When the first of the messages is due that are for some recipients alone. */
  leftDueMs(channel: string): number | null;
  /** The newest message of a series where it is of this group, was not tried and is still held back: only there does one more keep its turn. */
  held(channel: string, group: string, nowMs: number): Waiting | null;
  count(channel: string): number;
  /** The message is off; `deliveredAt`: it arrived. */
  done(channel: string, waiting: Pick<Waiting, "place" | "notification">, deliveredAt: string | null): void;
  failed(channel: string, waiting: Waiting, failure: Failure): void;
  /** What was tried is due now. */
  hurry(channel: string): void;
  /** Keeps an alert that is silenced, once, out of the way of what is sent. */
  silence(channel: string, item: NotificationItem): void;
  unsilence(channel: string, alert: string): void;
  /** Ids of alerts alone: what is kept of them is read once it is needed. */
  silenced(): readonly { readonly channel: string; readonly alert: string }[];
  silencedItem(channel: string, alert: string): NotificationItem | null;
  /** Whether a channel was sent that an alert fires, and not yet that it is over. */
  isTold(channel: string, alert: string): boolean;
  /** Whether it was, or that waits to be sent. */
  isToBeTold(channel: string, alert: string): boolean;
  /** What a channel was told before that was kept: these alerts, but for those that it was not told yet. */
  knowTold(channel: string, alerts: readonly string[]): void;
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
  `
  ALTER TABLE channels ADD COLUMN failing INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE outbox ADD COLUMN recipients TEXT;

  CREATE TABLE told (
    channel TEXT NOT NULL,
    alert   TEXT NOT NULL,
    PRIMARY KEY (channel, alert)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE silenced (
    channel TEXT NOT NULL,
    alert   TEXT NOT NULL,
    item    TEXT NOT NULL,
    PRIMARY KEY (channel, alert)
  ) STRICT, WITHOUT ROWID;
  `,
  // What a channel was told before there was a table of it is made up for once the alerts are known; ends that wait were meant for it.
  `
  ALTER TABLE channels ADD COLUMN knows_told INTEGER NOT NULL DEFAULT 0;

  INSERT INTO told (channel, alert)
  SELECT outbox.channel, json_extract(item.value, '$.alert.id')
  FROM outbox, json_each(outbox.message, '$.items') AS item
  WHERE json_extract(item.value, '$.alert.state') = 'resolved'
  ON CONFLICT DO NOTHING;
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
  return ok({ ...recordsOf(database), ...messagesOf(database), ...alertsOf(database), ...endOf(database) });
}

function atomic(database: Database): Outbox["atomically"] {
  return (work) => (database.isTransaction ? work() : inTransaction(database, work));
}

function endOf(database: Database): Pick<Outbox, "atomically" | "close"> {
  return {
    atomically: atomic(database),
    close() {
      if (database.isOpen) database.close();
    },
  };
}

function recordsOf(database: Database): Pick<Outbox, "channels" | "begin" | "drop" | "setCursor"> {
  const atomically = atomic(database);
  const all = database.prepare("SELECT * FROM channels ORDER BY name");
  const begin = database.prepare("INSERT INTO channels (name, cursor, knows_told) VALUES (?, ?, 1) ON CONFLICT DO NOTHING");
  const setCursor = database.prepare("UPDATE channels SET cursor = ? WHERE name = ?");
  const drops = [
    "DELETE FROM channels WHERE name = ?",
    "DELETE FROM outbox WHERE channel = ?",
    "DELETE FROM told WHERE channel = ?",
    "DELETE FROM silenced WHERE channel = ?",
  ].map((text) => database.prepare(text));
  return {
    channels: () => new Map(all.all().map((row) => [String(row.name), recordOf(row)])),
    begin: (channel, cursor) => void begin.run(channel, cursor),
    drop: (channel) =>
      atomically(() => {
        for (const drop of drops) drop.run(channel);
      }),
    setCursor: (channel, cursor) => void setCursor.run(cursor, channel),
  };
}

type Messages = "put" | "replace" | "head" | "leftDueMs" | "held" | "count" | "done" | "failed" | "hurry";

function messagesOf(database: Database): Pick<Outbox, Messages> {
  const sql = (text: string) => database.prepare(text);
  const atomically = atomic(database);
  const put = sql("INSERT INTO outbox (channel, message, group_key, since_ms, not_before) VALUES (?, ?, ?, ?, ?)");
  const replace = sql("UPDATE outbox SET message = ? WHERE place = ?");
  const head = sql("SELECT * FROM outbox WHERE channel = ? AND (recipients IS NULL OR not_before <= ?) ORDER BY place LIMIT 1");
  const leftDue = sql("SELECT min(not_before) AS due FROM outbox WHERE channel = ? AND recipients IS NOT NULL");
  const last = sql("SELECT * FROM outbox WHERE channel = ? AND substr(group_key, 1, length(?2)) = ?2 ORDER BY place DESC LIMIT 1");
  const count = sql("SELECT count(*) AS count FROM outbox WHERE channel = ?");
  const remove = sql("DELETE FROM outbox WHERE place = ?");
  const delivered = sql("UPDATE channels SET delivered_at = ?, error_at = NULL, error = NULL, failing = 0 WHERE name = ?");
  const again = sql("UPDATE outbox SET tries = ?, not_before = ?, recipients = ? WHERE place = ?");
  const failed = sql("UPDATE channels SET error_at = ?, error = ?, failing = max(failing, ?) WHERE name = ?");
  const hurry = sql("UPDATE outbox SET not_before = 0 WHERE channel = ? AND tries > 0");
  const told = sql("INSERT INTO told (channel, alert) VALUES (?, ?) ON CONFLICT DO NOTHING");
  const over = sql("DELETE FROM told WHERE channel = ? AND alert = ?");
  const each = (statement: typeof told, channel: string, { items = [] }: Notification, state: "firing" | "resolved") => {
    for (const { alert } of items) if (alert?.state === state) statement.run(channel, alert.id);
  };
  return {
    put: (channel, { group, notBeforeMs, notification, sinceMs }) =>
      void put.run(channel, JSON.stringify(notification), group, Math.round(sinceMs), Math.round(notBeforeMs)),
    replace: (place, notification) => void replace.run(JSON.stringify(notification), place),
    head: (channel, nowMs) => waitingOf(head.get(channel, Math.round(nowMs))),
    leftDueMs(channel) {
      const due = leftDue.get(channel)?.due ?? null;
      return due === null ? null : Number(due);
    },
    held(channel, group, nowMs) {
      const newest = waitingOf(last.get(channel, seriesOf(group)));
      return newest?.group === group && newest.tries === 0 && newest.notBeforeMs > nowMs ? newest : null;
    },
    count: (channel) => Number(count.get(channel)?.count),
    done: (channel, { notification, place }, deliveredAt) =>
      atomically(() => {
        remove.run(place);
        // Also an end that was given up is told no more.
        each(over, channel, notification, "resolved");
        if (deliveredAt === null) return;
        each(told, channel, notification, "firing");
        delivered.run(deliveredAt, channel);
      }),
    failed: (channel, { notification, place, tries }, { at, isFailing, left, notBeforeMs, sentence }) =>
      atomically(() => {
        // It may have arrived all the same.
        each(told, channel, notification, "firing");
        again.run(tries + 1, Math.round(notBeforeMs), left === null ? null : JSON.stringify(left), place);
        failed.run(at, sentence, isFailing ? 1 : 0, channel);
      }),
    hurry: (channel) => void hurry.run(channel),
  };
}

type Alerts = "silence" | "unsilence" | "silenced" | "silencedItem" | "isTold" | "isToBeTold" | "knowTold";

const WAITS_TO_FIRE = `
  SELECT 1 FROM outbox, json_each(outbox.message, '$.items') AS item
  WHERE outbox.channel = ?1 AND outbox.group_key LIKE '%alert.fire'
    AND json_extract(item.value, '$.alert.id') = ?2 AND json_extract(item.value, '$.alert.state') = 'firing'`;

function alertsOf(database: Database): Pick<Outbox, Alerts> {
  const atomically = atomic(database);
  const silence = database.prepare("INSERT INTO silenced (channel, alert, item) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
  const unsilence = database.prepare("DELETE FROM silenced WHERE channel = ? AND alert = ?");
  const silenced = database.prepare("SELECT channel, alert FROM silenced ORDER BY channel, alert");
  const item = database.prepare("SELECT item FROM silenced WHERE channel = ? AND alert = ?");
  const isTold = database.prepare("SELECT 1 FROM told WHERE channel = ? AND alert = ?");
  const waits = database.prepare(`${WAITS_TO_FIRE} LIMIT 1`);
  const know = database.prepare(`
    INSERT INTO told (channel, alert) SELECT ?1, ?2
    WHERE NOT EXISTS (SELECT 1 FROM silenced WHERE channel = ?1 AND alert = ?2) AND NOT EXISTS (${WAITS_TO_FIRE})
    ON CONFLICT DO NOTHING`);
  const known = database.prepare("UPDATE channels SET knows_told = 1 WHERE name = ?");
  const wasTold = (channel: string, alert: string) => isTold.get(channel, alert) !== undefined;
  return {
    silence: (channel, kept) => void silence.run(channel, kept.alert?.id ?? kept.id, JSON.stringify(kept)),
    unsilence: (channel, alert) => void unsilence.run(channel, alert),
    silenced: () => silenced.all().map((row) => ({ channel: String(row.channel), alert: String(row.alert) })),
    silencedItem(channel, alert) {
      const row = item.get(channel, alert);
      return row === undefined ? null : (JSON.parse(String(row.item)) as NotificationItem);
    },
    isTold: wasTold,
    isToBeTold: (channel, alert) => wasTold(channel, alert) || waits.get(channel, alert) !== undefined,
    knowTold: (channel, alerts) =>
      atomically(() => {
        for (const alert of alerts) know.run(channel, alert);
        known.run(channel);
      }),
  };
}

type Database = Extract<ReturnType<typeof openDisposableDatabase>, { readonly ok: true }>["value"];
type Row = Readonly<Record<string, unknown>>;

function recordOf({ cursor, delivered_at, error, error_at, failing, knows_told }: Row): ChannelRecord {
  const lastError = error === null ? null : { at: String(error_at), sentence: String(error) };
  const deliveredAt = delivered_at === null ? null : String(delivered_at);
  return { cursor: Number(cursor), deliveredAt, lastError, isFailing: failing === 1, knowsTold: knows_told === 1 };
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
    left: row["recipients"] === null ? null : (JSON.parse(String(row["recipients"])) as readonly string[]),
  };
}
