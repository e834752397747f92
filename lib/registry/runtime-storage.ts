import { join } from "node:path";
import { databaseBytes, openDisposableDatabase } from "../sqlite/index.ts";
import { err, ok, type Result } from "../std/index.ts";
import { createJudgeStorage, type JudgeStorage } from "./judge-storage.ts";
import { createLeaseStorage, type LeaseStorage } from "./lease-storage.ts";
import { createSnapshotVersions, type SnapshotVersions } from "./snapshot-versions.ts";
import { createToldStorage, type ToldStorage } from "./told-storage.ts";

/** Why `runtime.sqlite` cannot be used; `detail` is a sentence for people. */
export interface RuntimeStorageFailure {
  readonly code: "runtime.unreadable";
  readonly detail: string;
}

/** The open `runtime.sqlite`. */
export interface RuntimeStorage {
  readonly leases: LeaseStorage;
  readonly snapshotVersions: SnapshotVersions;
  readonly judges: JudgeStorage;
  readonly told: ToldStorage;
  bytes(): number;
  close(): void;
}

const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE leases (
    place    INTEGER PRIMARY KEY,
    id       TEXT NOT NULL UNIQUE,
    instance TEXT NOT NULL,
    ttl_ms   INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE counters (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE release_judges (
    release TEXT PRIMARY KEY,
    state   TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE told (
    key TEXT PRIMARY KEY
  ) STRICT, WITHOUT ROWID;
  `,
];

/**
 * Opens or creates `runtime.sqlite` in `dir`. A damaged file is set aside and `onDamaged` told so: its leases are lost until the instances register
 * again, and proxies that hold a newer snapshot say so when they connect (`SnapshotVersions.raiseAbove`).
 */
export function openRuntimeStorage(dir: string, onDamaged: (sentence: string) => void): Result<RuntimeStorage, RuntimeStorageFailure> {
  const path = join(dir, "runtime.sqlite");
  const opened = openDisposableDatabase({ path, migrations: MIGRATIONS, synchronous: "NORMAL" }, onDamaged);
  if (!opened.ok) return err({ code: "runtime.unreadable", detail: opened.error.detail });
  const database = opened.value;
  return ok({
    leases: createLeaseStorage(database),
    snapshotVersions: createSnapshotVersions(database),
    judges: createJudgeStorage(database),
    told: createToldStorage(database),
    bytes: () => databaseBytes(path),
    close() {
      if (database.isOpen) database.close();
    },
  });
}
