import type { DatabaseSync } from "node:sqlite";
import type { Instance } from "../model/index.ts";
import { inTransaction } from "../sqlite/index.ts";

/** A lease at rest. Heartbeats are not stored: after a restart each lease gets its TTL anew. */
export interface StoredLease {
  readonly instance: Instance;
  readonly ttlMs: number;
}

/** Where leases outlive the engine. */
export interface LeaseStorage {
  /** All leases in order of registration. */
  load(): readonly StoredLease[];
  put(lease: StoredLease): void;
  /** In the place of the one with the same id. */
  replace(lease: StoredLease): void;
  remove(ids: readonly string[]): void;
}

/** The `leases` table. */
export function createLeaseStorage(database: DatabaseSync): LeaseStorage {
  const select = database.prepare("SELECT instance, ttl_ms FROM leases ORDER BY place");
  const insert = database.prepare("INSERT INTO leases (id, instance, ttl_ms) VALUES (?, ?, ?)");
  const update = database.prepare("UPDATE leases SET instance = ?, ttl_ms = ? WHERE id = ?");
  const remove = database.prepare("DELETE FROM leases WHERE id = ?");
  return {
    load: () => select.all().map((row) => ({ instance: JSON.parse(String(row.instance)) as Instance, ttlMs: Number(row.ttl_ms) })),
    put({ instance, ttlMs }) {
      insert.run(instance.id, JSON.stringify(instance), ttlMs);
    },
    replace({ instance, ttlMs }) {
      update.run(JSON.stringify(instance), ttlMs, instance.id);
    },
    remove(ids) {
      inTransaction(database, () => {
        for (const id of ids) remove.run(id);
      });
    },
  };
}
