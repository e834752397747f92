import { join } from "node:path";
import { openDisposableDatabase } from "../sqlite/index.ts";
import { err, ok, type Result } from "../std/index.ts";

/** A certificate that a proxy holds, as the engine remembers it. */
export interface IssuedRecord {
  readonly proxyId: string;
  /** Instance id, or `ingress`. */
  readonly subject: string;
  readonly id: string;
  readonly serial: string;
  readonly fingerprint: string;
  readonly rootFingerprint: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** A set of keys that tokens are verified with, as it was fetched. */
export interface StoredJwks {
  readonly uri: string;
  readonly jwks: string;
}

/** The open `identity.sqlite`: what was issued, and fetched keys. No private keys are in it. */
export interface IdentityStorage {
  issued(): readonly IssuedRecord[];
  /** Replaces what was known of this proxy and subject. */
  putIssued(record: IssuedRecord): void;
  dropIssued(record: IssuedRecord): void;
  jwks(): readonly StoredJwks[];
  putJwks(stored: StoredJwks): void;
  dropJwks(uri: string): void;
  close(): void;
}

export interface IdentityStorageFailure {
  readonly code: "identity.storage-unreadable";
  readonly detail: string;
}

const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE issued (
    proxy   TEXT NOT NULL,
    subject TEXT NOT NULL,
    record  TEXT NOT NULL,
    PRIMARY KEY (proxy, subject)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE jwks (
    uri  TEXT PRIMARY KEY,
    jwks TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
];

/** Opens or creates `identity.sqlite`. A damaged file is set aside: the list of certificates fills again as they are renewed, and keys are fetched anew. */
export function openIdentityStorage(dir: string, onDamaged: (sentence: string) => void): Result<IdentityStorage, IdentityStorageFailure> {
  const path = join(dir, "identity.sqlite");
  const opened = openDisposableDatabase({ path, migrations: MIGRATIONS, synchronous: "NORMAL" }, onDamaged);
  if (!opened.ok) return err({ code: "identity.storage-unreadable", detail: opened.error.detail });
  const database = opened.value;
  const put = database.prepare("INSERT INTO issued VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET record = excluded.record");
  const drop = database.prepare("DELETE FROM issued WHERE proxy = ? AND subject = ?");
  const putJwks = database.prepare("INSERT INTO jwks VALUES (?, ?) ON CONFLICT DO UPDATE SET jwks = excluded.jwks");
  const dropJwks = database.prepare("DELETE FROM jwks WHERE uri = ?");
  return ok({
    issued: () =>
      database
        .prepare("SELECT record FROM issued ORDER BY proxy, subject")
        .all()
        .map(({ record }) => JSON.parse(String(record)) as IssuedRecord),
    putIssued: (record) => void put.run(record.proxyId, record.subject, JSON.stringify(record)),
    dropIssued: ({ proxyId, subject }) => void drop.run(proxyId, subject),
    jwks: () =>
      database
        .prepare("SELECT uri, jwks FROM jwks")
        .all()
        .map(({ uri, jwks }) => ({ uri: String(uri), jwks: String(jwks) })),
    putJwks: ({ uri, jwks }) => void putJwks.run(uri, jwks),
    dropJwks: (uri) => void dropJwks.run(uri),
    close() {
      if (database.isOpen) database.close();
    },
  });
}
