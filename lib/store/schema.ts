/** Schema of `events.sqlite`; released scripts are never edited. */
export const EVENT_STORE_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE events (
    seq       INTEGER PRIMARY KEY,
    payload   TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash      TEXT NOT NULL,
    id        TEXT GENERATED ALWAYS AS (payload ->> '$.id') VIRTUAL,
    at        TEXT GENERATED ALWAYS AS (payload ->> '$.at') VIRTUAL,
    author    TEXT GENERATED ALWAYS AS (payload ->> '$.author') VIRTUAL,
    kind      TEXT GENERATED ALWAYS AS (payload ->> '$.kind') VIRTUAL
  ) STRICT;

  CREATE TABLE event_services (
    service TEXT NOT NULL,
    seq     INTEGER NOT NULL,
    PRIMARY KEY (service, seq)
  ) STRICT, WITHOUT ROWID;

  CREATE INDEX event_services_by_seq ON event_services (seq);

  CREATE TABLE state_snapshots (
    seq    INTEGER PRIMARY KEY,
    hash   TEXT NOT NULL,
    state  TEXT NOT NULL,
    digest TEXT NOT NULL
  ) STRICT;

  CREATE TABLE idempotency (
    key          TEXT PRIMARY KEY,
    request_hash TEXT NOT NULL,
    change_id    TEXT,
    response     TEXT,
    at_ms        INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE INDEX idempotency_by_age ON idempotency (at_ms);
  `,
];
