import { mkdirSync } from "node:fs";
import { type IdentityStorage, type KekSource, type OldKekSource, openCertificateAuthority } from "../identity/index.ts";
import type { MeshState } from "../model/index.ts";
import { type Clock, err, ok, type Random, type Result } from "../std/index.ts";
import type { ProcessFigures } from "../telemetry/index.ts";
import { createMeshEngine } from "./create-mesh-engine.ts";
import { createJwksFetcher, jwksGuard, whyNoKeys } from "./fetch-jwks.ts";
import { folderBytes } from "./folder-bytes.ts";
import { GovernanceKeeper } from "./governance-keeper.ts";
import { createHealthLog } from "./health-log.ts";
import { bundleVersion } from "./identity-desk.ts";
import { LiveEvidence } from "./live-evidence.ts";
import type { MeshEngine } from "./mesh-engine.ts";
import { createMeshLog } from "./mesh-log.ts";
import { type NotifySettings, openChannels } from "./open-channels.ts";
import { openStores } from "./open-stores.ts";
import { createInboundMemory } from "./proxies/inbound-listeners.ts";

export interface OpenMeshEngineOptions {
  /** Data folder; created when it does not exist. */
  readonly dir: string;
  /** Path of the socket that proxies dial. */
  readonly proxySocket: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly egress?: readonly string[];
  readonly reservedPorts?: readonly number[];
  /** Where the key comes from that seals the authority's keys; a file of our own in the data folder unless given. */
  readonly kek?: KekSource;
  /** The key before that one, while it is being changed. */
  readonly oldKek?: OldKekSource;
  /** The authority's keys were sealed with `oldKek`, and are sealed with `kek` now. */
  readonly onRekeyed?: () => void;
  /** `interlock.local` unless given; cannot be changed once certificates were issued. */
  readonly trustDomain?: string;
  /** Validity of certificates; an hour unless given. */
  readonly svidTtlMs?: number;
  /** `host:port` pairs that keys of token issuers may be fetched from though they are not on the public internet. */
  readonly jwksAllow?: readonly string[];
  /** Where channels may send to, and how. */
  readonly notify?: NotifySettings;
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

const TRUST_DOMAIN = "interlock.local";
const SVID_TTL_MS = 3_600_000;
const DATA_LIMIT_BYTES = 1_073_741_824;

/** Opens everything in a data folder and an engine over it; `close` closes all of it. */
export async function openMeshEngine(options: OpenMeshEngineOptions): Promise<Result<MeshEngine, EngineStartFailure>> {
  const {
    dir,
    proxySocket,
    clock,
    random,
    egress = [],
    reservedPorts = [],
    kek = { kind: "own" },
    oldKek,
    notify = {},
    dataLimitBytes = DATA_LIMIT_BYTES,
    version = "0.0.0",
    onFault = (error: unknown) => console.error(error),
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

  const stores = openStores({ dir, clock, health, dataLimitBytes }, closers);
  if (!stores.ok) return fail(stores.error);
  const { store, telemetry, runtime, leases, identity: identityStorage } = stores.value;

  try {
    const log = createMeshLog(store);
    const authority = openAuthority(options, log.state, identityStorage);
    if (!authority.ok) return fail(authority.error);
    const channels = openChannels({ dir, clock, random, health, kek, oldKek, notify, version, onFault });
    if (!channels.ok) return fail(channels.error);
    closers.push(() => channels.value.close());
    if (authority.value.wasRekeyed || channels.value.wasRekeyed) options.onRekeyed?.();
    const keysFrom = jwksGuard(options.jwksAllow ?? []);
    const fetchKeys = createJwksFetcher(keysFrom);
    const engine = await createMeshEngine({
      clock,
      random,
      store,
      log,
      identity: { authority: authority.value, storage: identityStorage, fetchKeys, whyNoKeys: (uri) => whyNoKeys(keysFrom, uri) },
      channels: channels.value.desk,
      telemetry,
      leases,
      snapshotVersions: runtime.snapshotVersions,
      judges: runtime.judges,
      health,
      proxySocket,
      inboundMemory: createInboundMemory(dir),
      egress,
      reservedPorts,
      data: { bytes: () => folderBytes(dir), limitBytes: dataLimitBytes },
      version,
      ...(options.processFigures === undefined ? {} : { processFigures: options.processFigures }),
      onFault,
    });
    channels.value.desk.follow(engine);
    const live = new LiveEvidence({ clock, telemetry, health, engine, onFault });
    const keeper = new GovernanceKeeper({ clock, health, engine, told: runtime.told, onFault });
    const closeBefore = () => {
      live.close();
      keeper.close();
      channels.value.desk.close();
    };
    return ok(closingAround(engine, closeBefore, closeAll));
  } catch (error) {
    closeAll();
    throw error;
  }
}

function openAuthority(options: OpenMeshEngineOptions, state: MeshState, storage: IdentityStorage) {
  const { dir, clock, kek = { kind: "own" }, oldKek, trustDomain = TRUST_DOMAIN, svidTtlMs = SVID_TTL_MS } = options;
  return openCertificateAuthority({
    dir,
    kek,
    oldKek,
    trustDomain,
    svidTtlMs,
    wallMs: () => clock.wallMs(),
    mustExist: storage.issued().length > 0,
    rotation: state.rootRotation,
    bundleVersion: bundleVersion(state),
  });
}

/** The engine, closing what steers it before, and what was opened for it after itself. */
function closingAround(engine: MeshEngine, closeBefore: () => void, closeAll: () => void): MeshEngine {
  const close = engine.close.bind(engine);
  engine.close = async () => {
    closeBefore();
    await close();
    closeAll();
  };
  return engine;
}
