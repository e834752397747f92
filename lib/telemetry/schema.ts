/** Schema of `telemetry.sqlite`; released scripts are never edited. Times are wall-clock ms; an absent version is ''. */
export const TELEMETRY_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE boots (
    boot_id  TEXT PRIMARY KEY,
    last_seq INTEGER NOT NULL,
    to_ms    INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE journal (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    from_ms INTEGER NOT NULL,
    to_ms   INTEGER NOT NULL,
    batch   TEXT NOT NULL
  ) STRICT;

  CREATE TABLE edges (
    id             INTEGER PRIMARY KEY,
    caller_service TEXT NOT NULL,
    caller_version TEXT NOT NULL,
    callee_service TEXT NOT NULL,
    callee_version TEXT NOT NULL,
    counters       TEXT NOT NULL,
    seen_ms        INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE codes (
    code  TEXT PRIMARY KEY,
    total INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE rollups (
    tier     INTEGER NOT NULL,
    edge     INTEGER NOT NULL,
    start_ms INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    failed   INTEGER NOT NULL,
    latency  BLOB NOT NULL,
    PRIMARY KEY (tier, edge, start_ms)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE edges ADD COLUMN mirror INTEGER NOT NULL DEFAULT 0;
  `,
];
