import { type IdentityStorage, openIdentityStorage } from "../identity/index.ts";
import { createLeaseRegistry, type LeaseRegistry, openRuntimeStorage, type RuntimeStorage } from "../registry/index.ts";
import { type Clock, ok, type Result } from "../std/index.ts";
import { type EventStore, openEventStore } from "../store/index.ts";
import { openTelemetryStore, type TelemetryStore } from "../telemetry/index.ts";
import { folderBytes } from "./folder-bytes.ts";
import type { HealthLog } from "./health-log.ts";

const MIB = 1_048_576;
/** What figures get of the data folder, however full or empty the rest of it is. */
const FIGURES_BYTES_MAX = 512 * MIB;
const FIGURES_BYTES_MIN = 16 * MIB;

export interface OpenStoresOptions {
  readonly dir: string;
  readonly clock: Clock;
  readonly health: HealthLog;
  readonly dataLimitBytes: number;
}

/** What an engine keeps in its data folder. */
export interface OpenStores {
  readonly store: EventStore;
  readonly telemetry: TelemetryStore;
  readonly runtime: RuntimeStorage;
  readonly leases: LeaseRegistry;
  readonly identity: IdentityStorage;
}

/** Opens the stores of a data folder; whoever gets an error, or is done, runs `closers`, the last first. */
export function openStores(
  { clock, dataLimitBytes, dir, health }: OpenStoresOptions,
  closers: (() => void)[],
): Result<OpenStores, { readonly code: string; readonly detail: string }> {
  const store = openEventStore(dir, clock);
  if (!store.ok) return store;
  closers.push(() => store.value.close());
  const telemetry = openTelemetryStore({
    dir,
    clock,
    onLimit: (sentence) => health.add("limit-reached", "telemetry", sentence),
    bytesMax: () => roomForFigures(dataLimitBytes, folderBytes(dir) - (telemetry.ok ? telemetry.value.bytes() : 0)),
  });
  if (!telemetry.ok) return telemetry;
  closers.push(() => telemetry.value.close());
  const runtime = openRuntimeStorage(dir, (sentence) => health.add("limit-reached", "runtime.sqlite", sentence));
  if (!runtime.ok) return runtime;
  closers.push(() => runtime.value.close());
  const leases = createLeaseRegistry({ clock, storage: runtime.value.leases });
  closers.push(() => leases.close());
  const identity = openIdentityStorage(dir, (sentence) => health.add("limit-reached", "identity.sqlite", sentence));
  if (!identity.ok) return identity;
  closers.push(() => identity.value.close());
  return ok({ store: store.value, telemetry: telemetry.value, runtime: runtime.value, leases, identity: identity.value });
}

/** What the data folder's limit leaves for figures beside everything else in it. */
function roomForFigures(limitBytes: number, othersBytes: number): number {
  return Math.min(FIGURES_BYTES_MAX, Math.max(FIGURES_BYTES_MIN, limitBytes - othersBytes));
}
