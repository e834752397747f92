import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { OutboundListener } from "../model/index.ts";
import type { Clock, Random } from "../std/index.ts";
import type { MetricFamily } from "../telemetry/index.ts";
import type { AccessLogLine, AccessLogMode } from "./access-log.ts";
import { AccessLogFile } from "./access-log-file.ts";
import { ControlLink } from "./control-link.ts";
import { saveStanding, takeStanding } from "./health/standing-file.ts";
import { IdentityAgent } from "./identity/identity-agent.ts";
import { localPrincipals } from "./identity/local-principals.ts";
import { ListeningSockets, type SocketHandle } from "./listening-sockets.ts";
import { MeshProxy } from "./mesh-proxy.ts";
import { standingFamily } from "./metrics.ts";
import { type MetricsServer, openMetricsServer } from "./metrics-server.ts";
import { loadPorts, savePorts } from "./port-file.ts";
import type { ProxyLimits } from "./proxy-limits.ts";
import { loadSnapshot, SnapshotFile } from "./snapshot-file.ts";

const LOOK_MS = 20;

export interface ProxyProcessOptions {
  readonly node: string;
  /** For zone preference; the node unless given. */
  readonly zone?: string;
  /** `<data>/proxy-<node>/` holds the last good snapshot and the ports of outbound listeners. */
  readonly dataDir: string;
  /** Null: no ingress here. */
  readonly ingressPort: number | null;
  /** Where inbound listeners (mTLS) listen; the address of each instance unless given. */
  readonly inboundAddress?: string;
  /** The engine's socket. */
  readonly enginePath: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: (line: string) => void;
  readonly limits?: Partial<ProxyLimits>;
  /** Sockets that listen already, from the process that this one follows. */
  readonly inherited?: ReadonlyMap<string, SocketHandle>;
  /** What `<data>/proxy-<node>/access.log` gets; `sampled` unless given. */
  readonly accessLog?: AccessLogMode;
  /** What the process knows of itself, and the version of Interlock, for `/metrics`. */
  readonly processFamilies?: () => readonly MetricFamily[];
}

/** A proxy with its surroundings: disk and engine. */
export interface ProxyProcess {
  readonly proxy: MeshProxy;
  readonly link: ControlLink;
  /** How long a stop may take over requests under way. */
  readonly drainMs: number;
  /** Drains, hands over the last figures, writes the snapshot. */
  stop(): Promise<void>;
  /** Whether it has a snapshot; resolves with the link to the engine, or without after so long. */
  isServing(withinMs: number): Promise<boolean>;
  /** Brings the disk up to date for a successor, and names the sockets that it can inherit. Listeners stay as they are from here on. */
  handOver(): Promise<ReadonlyMap<string, SocketHandle>>;
  /** There is no successor after all. */
  takeBack(): void;
  /** A successor serves: leaves new connections to it, finishes those that are open within `graceMs`, and hands over the last figures. */
  retire(graceMs: number): Promise<void>;
}

/** Starts serving from disk, then dials the engine. Throws a sentence for the operator when the ingress port cannot be had. */
export async function startProxyProcess(options: ProxyProcessOptions): Promise<ProxyProcess> {
  const { clock, enginePath, ingressPort, limits, log, node, random, zone = node } = options;
  const folder = join(options.dataDir, `proxy-${node}`);
  const portPath = join(folder, "listeners.json");
  const inboundPortPath = join(folder, "inbound-listeners.json");
  const snapshotPath = join(folder, "snapshot.json");
  const standingPath = join(folder, "standing.json");
  await mkdir(folder, { recursive: true, mode: 0o700 });

  let portsSaved: Promise<void> = Promise.resolve();
  const onListeners = (outbound: readonly OutboundListener[], inbound: readonly OutboundListener[]) => {
    link.sendListeners(outbound, inbound);
    const save = async () => {
      await savePorts(portPath, outbound);
      await savePorts(inboundPortPath, proxy.inboundOpened);
    };
    portsSaved = portsSaved.then(save).catch((error: unknown) => log(`ports: ${String(error)}`));
  };
  const sockets = new ListeningSockets(options.inherited);
  const ports = await loadPorts(portPath);
  const accessFile = new AccessLogFile({ path: join(folder, "access.log"), clock, log });
  const accessLog = { mode: options.accessLog ?? "sampled", write: (line: AccessLogLine) => accessFile.write(line) };
  const identities = await IdentityAgent.open({ folder: join(folder, "identity"), clock, random, log });
  const { inboundAddress: address } = options;
  const inbound = { agent: identities, ports: await loadPorts(inboundPortPath), ...(address === undefined ? {} : { address }) };
  const proxy = new MeshProxy({
    node,
    zone,
    clock,
    random,
    log,
    ports,
    accessLog,
    inbound,
    sockets,
    onListeners,
    ...(limits === undefined ? {} : { limits }),
  });
  const file = new SnapshotFile(snapshotPath, () => proxy.snapshot, clock, log);
  proxy.metrics.addFamilies(() => [standingFamily(proxy.health.outbox.standing)]);
  if (options.processFamilies !== undefined) proxy.metrics.addFamilies(options.processFamilies);
  const admin = await openMetricsServer(() => proxy.metrics.families(), join(folder, "admin-port"), { sockets, log });
  proxy.reservePort(admin.port);
  const wantIdentities = () => {
    if (proxy.snapshot !== null) identities.want(localPrincipals(proxy.snapshot, node, ingressPort !== null));
  };
  const onAdopted = () => {
    file.save();
    wantIdentities();
  };
  const link = new ControlLink({
    path: enginePath,
    node,
    zone,
    adminPort: admin.port,
    proxy,
    identities,
    clock,
    random,
    log,
    onAdopted,
  });

  // Whoever connects finds a configuration: a socket that was inherited has callers in its queue already.
  await adoptFromDisk(proxy, snapshotPath, log);
  const standing = await takeStanding(standingPath);
  // Left behind by a process that was not followed, it would be of another time.
  if (standing !== null && options.inherited !== undefined && options.inherited.size > 0) proxy.health.resume(standing);
  if (ingressPort !== null) {
    const opened = await proxy.listenIngress(ingressPort);
    if (!opened.ok) throw new Error(`the ingress cannot listen on port ${ingressPort} (${opened.error}): free it, or choose another one`);
  }
  sockets.dropRest();
  wantIdentities();
  link.start();
  const save = () => Promise.all([file.flush(), portsSaved, saveStanding(standingPath, proxy.health.standing())]);
  return lifeOf({ proxy, link, identities, file, sockets, admin, accessFile, clock, portsSaved: () => portsSaved, save });
}

interface Parts extends Pick<ProxyProcess, "proxy" | "link"> {
  readonly identities: IdentityAgent;
  readonly file: SnapshotFile;
  readonly sockets: ListeningSockets;
  readonly admin: MetricsServer;
  readonly accessFile: AccessLogFile;
  readonly clock: Clock;
  readonly portsSaved: () => Promise<void>;
  /** Brings the disk up to date for a successor. */
  readonly save: () => Promise<unknown>;
}

function lifeOf({ proxy, link, identities, file, sockets, admin, accessFile, clock, portsSaved, save }: Parts): ProxyProcess {
  const end = async () => {
    await link.stop();
    await identities.close();
    await admin.close();
    await accessFile.close();
  };
  return {
    proxy,
    link,
    drainMs: proxy.drainMs,
    async stop() {
      await proxy.drain();
      await file.flush();
      await portsSaved();
      await end();
    },
    async isServing(withinMs) {
      for (let waitedMs = 0; waitedMs < withinMs; waitedMs += LOOK_MS) {
        if (proxy.version !== null && link.isConnected) return true;
        await new Promise<void>((resolve) => clock.after(LOOK_MS, resolve));
      }
      return proxy.version !== null;
    },
    async handOver() {
      proxy.holdListeners(true);
      link.yieldTo(true);
      await proxy.settled();
      await save();
      return sockets.handles();
    },
    takeBack() {
      link.yieldTo(false);
      proxy.holdListeners(false);
    },
    async retire(graceMs) {
      // The files are the successor's now.
      await proxy.retire(graceMs);
      await end();
    },
  };
}

/** A bad file is named and left where it is; the engine's next snapshot replaces it. */
async function adoptFromDisk(proxy: MeshProxy, path: string, log: (line: string) => void): Promise<void> {
  const loaded = await loadSnapshot(path);
  if (!loaded.ok) return log(`${path} is ignored: ${loaded.error}. Serving begins with the engine's first snapshot.`);
  if (loaded.value === null) return;
  const applied = proxy.applySnapshot(loaded.value);
  if (!applied.ok) return log(`${path} is ignored: ${applied.error.map(({ detail }) => detail).join(" ")}`);
  log(`serving on snapshot ${applied.value} from disk`);
  await proxy.settled();
}
