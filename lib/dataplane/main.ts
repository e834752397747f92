/** Entry of a proxy process: `main.ts --node node-a --data <folder> [--ingress-port N] [--drain-ms N] [--zone <name>] [--inbound-address <address>]`. */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { parseNodeName } from "../model/index.ts";
import { attachToSupervisor, socketPath } from "../supervisor/index.ts";
import { createProcessProbe, createSystemRandom, systemClock } from "../system/index.ts";
import { processFamilies } from "../telemetry/index.ts";
import { type ProxyProcess, type ProxyProcessOptions, parseAccessLogMode, startProxyProcess } from "./index.ts";

const USAGE =
  "usage: main.ts --node <name> --data <folder> [--ingress-port <port>] [--drain-ms <ms>] [--zone <name>] [--inbound-address <address>]";

const packageFile: { readonly version: string } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
const { version } = packageFile;
const probe = createProcessProbe();

let running: ProxyProcess | null = null;
const child = attachToSupervisor({ onStop: () => running?.stop() });

try {
  running = await startProxyProcess({
    ...readArguments(),
    clock: systemClock,
    random: createSystemRandom(),
    log: (line) => console.log(line),
    accessLog: readAccessLogMode(),
    processFamilies: () => processFamilies("interlock_proxy", version, probe()),
  });
  child.reportReady();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
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
  const limits = Number.isNaN(drainMs) ? {} : { limits: { drainMs } };
  return { node, zone, dataDir: data, ingressPort, enginePath: socketPath(data, "proxies.sock"), ...inbound, ...limits };
}
