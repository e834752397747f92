import { mkdirSync } from "node:fs";
import { createLeaseRegistry, openRuntimeStorage } from "../registry/index.ts";
import { type Clock, err, ok, type Random, type Result } from "../std/index.ts";
import { openEventStore } from "../store/index.ts";
import { openTelemetryStore, type ProcessFigures } from "../telemetry/index.ts";
import { createMeshEngine } from "./create-mesh-engine.ts";
import { folderBytes } from "./folder-bytes.ts";
import { createHealthLog } from "./health-log.ts";
import type { MeshEngine } from "./mesh-engine.ts";

export interface OpenMeshEngineOptions {
  /** Data folder; created when it does not exist. */
  readonly dir: string;
  /** Path of the socket that proxies dial. */
  readonly proxySocket: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly egress?: readonly string[];
  readonly reservedPorts?: readonly number[];
  /** Of everything in the data folder; 1 GiB unless given. Figures make room for the rest; the event log is never cut. */
  readonly dataLimitBytes?: number;
  /** Of Interlock itself; shown in the summary. */
  readonly version?: string;
  /** What the process knows of itself, for `/metrics`; absent where several engines share one. */
  readonly processFigures?: () => ProcessFigures;
  /** Told of flaws of ours that cost nobody an answer; written to the standard error unless given. */
  readonly onFault?: (error: unknown) => void;
}

/** Why the engine does not start; `detail` says what to do. Starting it again does not help. */
export interface EngineStartFailure {
  readonly code: string;
  readonly detail: string;
}

const MIB = 1_048_576;
const DATA_LIMIT_BYTES = 1024 * MIB;
/** What figures get of the data folder, however full or empty the rest of it is. */
const FIGURES_BYTES_MAX = 512 * MIB;
const FIGURES_BYTES_MIN = 16 * MIB;

/** Opens everything in a data folder and an engine over it; `close` closes all of it. */
export async function openMeshEngine(options: OpenMeshEngineOptions): Promise<Result<MeshEngine, EngineStartFailure>> {
  const {
    dir,
    proxySocket,
    clock,
    random,
    egress = [],
    reservedPorts = [],
    dataLimitBytes = DATA_LIMIT_BYTES,
    version = "0.0.0",
  } = options;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const health = createHealthLog(clock);
  const closers: (() => void)[] = [];
  const closeAll = () => {
    for (const close of closers.reverse()) close();
  };
  const fail = (failure: EngineStartFailure) => {
    closeAll();
    return err({ code: failure.code, detail: failure.detail });
  };

  const store = openEventStore(dir, clock);
  if (!store.ok) return fail(store.error);
  closers.push(() => store.value.close());
  const telemetry = openTelemetryStore({
    dir,
    clock,
    onLimit: (sentence) => health.add("limit-reached", "telemetry", sentence),
    bytesMax: () => roomForFigures(dataLimitBytes, folderBytes(dir) - (telemetry.ok ? telemetry.value.bytes() : 0)),
  });
  if (!telemetry.ok) return fail(telemetry.error);
  closers.push(() => telemetry.value.close());
  const runtime = openRuntimeStorage(dir, (sentence) => health.add("limit-reached", "runtime.sqlite", sentence));
  if (!runtime.ok) return fail(runtime.error);
  closers.push(() => runtime.value.close());
  const leases = createLeaseRegistry({ clock, storage: runtime.value.leases });
  closers.push(() => leases.close());

  try {
    const engine = await createMeshEngine({
      clock,
      random,
      store: store.value,
      telemetry: telemetry.value,
      leases,
      snapshotVersions: runtime.value.snapshotVersions,
      health,
      proxySocket,
      egress,
      reservedPorts,
      data: { bytes: () => folderBytes(dir), limitBytes: dataLimitBytes },
      version,
      ...(options.processFigures === undefined ? {} : { processFigures: options.processFigures }),
      onFault: options.onFault ?? ((error) => console.error(error)),
    });
    return ok(closingAfter(engine, closeAll));
  } catch (error) {
    closeAll();
    throw error;
  }
}

/** What the data folder's limit leaves for figures beside everything else in it. */
function roomForFigures(limitBytes: number, othersBytes: number): number {
  return Math.min(FIGURES_BYTES_MAX, Math.max(FIGURES_BYTES_MIN, limitBytes - othersBytes));
}

/** The engine, closing what was opened for it after itself. */
function closingAfter(engine: MeshEngine, closeAll: () => void): MeshEngine {
  const close = engine.close.bind(engine);
  engine.close = async () => {
    await close();
    closeAll();
  };
  return engine;
}
