/**
 * Keys of requests that must not run twice. A key's states:
 *
 *   free ── recall ──► running ── append ──► running with change ── remember(answer) ──► answered
 *                         │                       │ remember(null), or the process dies
 *                         │                       ▼
 *                         │                  done unanswered: the change stands, its answer is lost
 *                         └── remember(null), or the process dies ──► free
 *
 * Only the process knows what is running; the table knows the rest, so what a dead process left behind is told apart from what still runs.
 * A running key is reported without its change; a key done unanswered with it. Keys are dropped after 24 h, whatever their state; answered ones
 * sooner where there are too many, or their answers are too long together.
 */
import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../std/index.ts";
import type { StoredIdempotency } from "./event-store.ts";

/** How long an answer is remembered. */
const IDEMPOTENCY_KEPT_MS = 24 * 3_600_000;
/** How many keys are kept, and how many characters their answers may have together; the oldest leave first. */
const IDEMPOTENCY_KEYS_MAX = 200_000;
const IDEMPOTENCY_ANSWERS_MAX = 64 * 1024 * 1024;
/** What is kept is counted again after this many keys or characters: the bounds are met to within as much. */
const COUNTED_EVERY = 1_000;
const COUNTED_EVERY_ANSWERED = 8 * 1024 * 1024;

export interface IdempotencyKeys {
  recall(key: string, requestHash: string): StoredIdempotency | undefined;
  /** Within the append's transaction: ties the key to its change. */
  attach(key: string, requestHash: string, changeId: string): void;
  remember(key: string, response: StoredIdempotency["response"]): void;
}

/** The `idempotency` table. Callers wrap each method in a transaction. */
export function createIdempotencyKeys(
  database: DatabaseSync,
  clock: Clock,
  { keysMax = IDEMPOTENCY_KEYS_MAX, answersMax = IDEMPOTENCY_ANSWERS_MAX } = {},
): IdempotencyKeys {
  const running = new Set<string>();
  const select = database.prepare("SELECT request_hash, change_id, response, at_ms FROM idempotency WHERE key = ?");
  const reserve = database.prepare(
    "INSERT INTO idempotency (key, request_hash, at_ms) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET request_hash = excluded.request_hash, at_ms = excluded.at_ms",
  );
  const tie = database.prepare(
    "INSERT INTO idempotency (key, request_hash, change_id, at_ms) VALUES (?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET change_id = excluded.change_id",
  );
  const answer = database.prepare("UPDATE idempotency SET response = ? WHERE key = ?");
  const free = database.prepare("DELETE FROM idempotency WHERE key = ? AND change_id IS NULL");
  const expire = database.prepare("DELETE FROM idempotency WHERE at_ms <= ?");
  const evict = database.prepare(
    `DELETE FROM idempotency WHERE key IN (
       SELECT key FROM (
         SELECT key, row_number() OVER newest AS place, sum(length(response)) OVER newest AS answers
         FROM idempotency WHERE response IS NOT NULL WINDOW newest AS (ORDER BY at_ms DESC, key ROWS UNBOUNDED PRECEDING)
       ) WHERE place > ? OR answers > ?
     )`,
  );
  const count = database.prepare("SELECT count(*) AS kept, sum(length(response)) AS answers FROM idempotency");
  let recalls = 0;
  let answered = 0;

  function makeRoom(): void {
    expire.run(clock.wallMs() - IDEMPOTENCY_KEPT_MS);
    // Counting walks the table, so it is done now and then.
    if (recalls++ % COUNTED_EVERY !== 0 && answered < COUNTED_EVERY_ANSWERED) return;
    answered = 0;
    const { kept, answers } = count.get() ?? {};
    if (Number(kept) > keysMax || Number(answers) > answersMax) evict.run(keysMax, answersMax);
  }

  return {
    recall(key, requestHash) {
      makeRoom();
      const row = select.get(key);
      const leftBehind = row !== undefined && row.change_id === null && row.response === null && !running.has(key);
      if (row === undefined || leftBehind) {
        reserve.run(key, requestHash, clock.wallMs());
        running.add(key);
        return undefined;
      }
      return {
        requestHash: String(row.request_hash),
        changeId: row.change_id === null || running.has(key) ? null : String(row.change_id),
        response: row.response === null ? null : (JSON.parse(String(row.response)) as StoredIdempotency["response"]),
        at: new Date(Number(row.at_ms)).toISOString(),
      };
    },
    attach(key, requestHash, changeId) {
      tie.run(key, requestHash, changeId, clock.wallMs());
    },
    remember(key, response) {
      if (response === null) free.run(key);
      else {
        const text = JSON.stringify(response);
        answered += text.length;
        answer.run(text, key);
      }
      running.delete(key);
    },
  };
}
