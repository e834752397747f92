import { join } from "node:path";
import { databaseBytes, openDisposableDatabase } from "../sqlite/index.ts";
import { type Clock, err, ok, type Result } from "../std/index.ts";
import { EDGES_MAX } from "./edge-catalog.ts";
import { TELEMETRY_MIGRATIONS } from "./schema.ts";
import { SqliteTelemetryStore } from "./sqlite-telemetry-store.ts";
import type { TelemetryStore } from "./telemetry-store.ts";

/** What a telemetry store needs, and its limits. */
export interface TelemetryStoreOptions {
  readonly dir: string;
  readonly clock: Clock;
  /** Told, in a sentence for people, that a limit was reached or that figures cannot be written; each at most once an hour. */
  readonly onLimit: (sentence: string) => void;
  /** Bytes that figures may take on disk, asked for at each fold; 512 MiB unless given. Beyond, the oldest go first and the file shrinks. */
  readonly bytesMax?: () => number;
  /** Rows per tier; 1 000 000 unless given. Beyond, the oldest go first. */
  readonly rowsMax?: number;
  /** Edges that are told apart; 10 000 unless given. */
  readonly edgesMax?: number;
}

/** Why `telemetry.sqlite` cannot be used; `detail` is a sentence for people. */
export interface TelemetryStoreFailure {
  readonly code: "telemetry.unreadable";
  readonly detail: string;
}

const BYTES_MAX = 512 * 1024 * 1024;
const ROWS_MAX = 1_000_000;

/**
 * Opens or creates `telemetry.sqlite` in `dir`, counts what a crash left uncounted, and fills the live windows with the last minute. A damaged file is
 * set aside, and `onLimit` told so: figures are not worth refusing a start.
 */
export function openTelemetryStore(options: TelemetryStoreOptions): Result<TelemetryStore, TelemetryStoreFailure> {
  const path = join(options.dir, "telemetry.sqlite");
  const opened = openDisposableDatabase({ path, migrations: TELEMETRY_MIGRATIONS, synchronous: "NORMAL" }, options.onLimit);
  if (!opened.ok) return err({ code: "telemetry.unreadable", detail: opened.error.detail });
  const limits = {
    bytesMax: options.bytesMax ?? (() => BYTES_MAX),
    rowsMax: options.rowsMax ?? ROWS_MAX,
    edgesMax: options.edgesMax ?? EDGES_MAX,
  };
  const { clock, onLimit } = options;
  return ok(new SqliteTelemetryStore({ database: opened.value, clock, onLimit, limits, bytes: () => databaseBytes(path) }));
}
