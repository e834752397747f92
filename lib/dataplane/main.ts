/** Entry of a proxy process: `main.ts --node node-a --data <folder> [--ingress-port N] [--drain-ms N] [--zone <name>] [--inbound-address <address>]`. */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { parseNodeName } from "../model/index.ts";
import { attachToSupervisor, type Successible, socketPath } from "../supervisor/index.ts";
import { createProcessProbe, createSystemRandom, systemClock } from "../system/index.ts";
import { processFamilies } from "../telemetry/index.ts";
import { type ProxyProcess, type ProxyProcessOptions, parseAccessLogMode, startProxyProcess } from "./index.ts";

const USAGE =
  "usage: main.ts --node <name> --data <folder> [--ingress-port <port>] [--drain-ms <ms>] [--zone <name>] [--inbound-address <address>]";

const packageFile: { readonly version: string } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
const { version } = packageFile;
const probe = createProcessProbe();

let running: ProxyProcess | null = null;
/** How long requests under way and tunnels may take after a successor has taken over. */
const RETIRE_MS = 30_000;
/** A successor without the engine serves from disk after this. */
const SNAPSHOT_MS = 1_000;
/** Beyond its drain a stop hands over the last figures and writes its files. */
const AFTER_DRAIN_MS = 2_000;
const child = attachToSupervisor({
  onStop: () => running?.stop(),
  succession: () => running && successible(running),
  stopGraceMs: () => (running?.drainMs ?? 0) + AFTER_DRAIN_MS,
});

try {
  const inherited = await child.inherited;
  running = await startProxyProcess({
    ...readArguments(),
    inherited,
    clock: systemClock,
    random: createSystemRandom(),
    log: (line) => console.log(line),
    accessLog: readAccessLogMode(),
    processFamilies: () => processFamilies("interlock_proxy", version, probe()),
  });
  if (inherited.size > 0 && !(await running.isServing(SNAPSHOT_MS))) throw new Error("there is no snapshot to take over with");
  child.reportReady();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

function successible(proxy: ProxyProcess): Successible {
  return {
    handOver: () => proxy.handOver(),
    takeBack: () => proxy.takeBack(),
    retire: () => proxy.retire(RETIRE_MS),
  };
}

function readAccessLogMode() {
  const mode = parseAccessLogMode(process.env["INTERLOCK_ACCESS_LOG"]);
  if (mode.ok) return mode.value;
  // Traffic is not worth refusing over a log.
  console.error(`${mode.error}. Logging a sample until then.`);
  return "sampled";
}

function readArguments(): Pick<
  ProxyProcessOptions,
  "inboundAddress" | "node" | "zone" | "dataDir" | "ingressPort" | "enginePath" | "limits"
> {
  const { values } = parseArgs({
    options: {
      node: { type: "string" },
      data: { type: "string" },
      "ingress-port": { type: "string" },
      "drain-ms": { type: "string" },
      zone: { type: "string" },
      "inbound-address": { type: "string" },
    },
  });
  const { data, node } = values;
  if (node === undefined || data === undefined) throw new Error(USAGE);
  const name = parseNodeName(node);
  if (!name.ok) throw new Error(`--node: ${name.error.detail} ${name.error.fix}`);
  const text = values["ingress-port"];
  const ingressPort = text === undefined ? null : Number(text);
  if (ingressPort !== null && !(Number.isInteger(ingressPort) && ingressPort >= 0 && ingressPort < 65_536)) {
    throw new Error(`--ingress-port is "${text}": set it to a port from 0 to 65535`);
  }
  const drainMs = Number(values["drain-ms"] ?? Number.NaN);
  const inboundAddress = values["inbound-address"] || process.env["INTERLOCK_INBOUND_ADDRESS"];
  const inbound = inboundAddress === undefined || inboundAddress === "" ? {} : { inboundAddress };
  const zone = values.zone || process.env["INTERLOCK_ZONE"] || node;
  const zoned = parseNodeName(zone);
  if (!zoned.ok) throw new Error(`${values.zone ? "--zone" : "INTERLOCK_ZONE"}: "${zone}" is not the name of a zone. ${zoned.error.fix}`);
  const limits = Number.isNaN(drainMs) ? {} : { limits: { drainMs } };
  return { node, zone, dataDir: data, ingressPort, enginePath: socketPath(data, "proxies.sock"), ...inbound, ...limits };
}
