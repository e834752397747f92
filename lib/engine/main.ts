/**
 * Composition root of the engine process. Environment: INTERLOCK_DATA, INTERLOCK_API_PORT, INTERLOCK_CONSOLE_PORT, INTERLOCK_INGRESS_PORT,
 * INTERLOCK_EGRESS (`host:port,…` outside the mesh that instances may call), INTERLOCK_DATA_LIMIT_MB; for identities INTERLOCK_TRUST_DOMAIN,
 * INTERLOCK_SVID_TTL_MS, INTERLOCK_KEK or INTERLOCK_KEK_FILE (and INTERLOCK_KEK_OLD or INTERLOCK_KEK_OLD_FILE while it is changed), INTERLOCK_JWKS_ALLOW;
 * for channels INTERLOCK_NOTIFY_ALLOW and INTERLOCK_CONSOLE_URL.
 *
 * Ends with REFUSED_TO_START where starting again cannot help: a data folder that another engine holds, a broken log, a wrong key-encryption key, a setting that makes no sense.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createApi, createSocketLoad, loopbackHosts, serveApi } from "../api/index.ts";
import { attachToSupervisor, makeLocalToken, REFUSED_TO_START, readPort, socketPath } from "../supervisor/index.ts";
import { createProcessProbe, createSystemRandom, systemClock } from "../system/index.ts";
import { followOutput, nodeOfOutput, outputPath, readTail } from "../workload/index.ts";
import { KEY_VARIABLES, readIdentitySettings } from "./identity-settings.ts";
import { openMeshEngine } from "./open-mesh-engine.ts";
import { readDataLimit, readEgress, readHostPorts } from "./settings.ts";

const { env } = process;
const stops: (() => Promise<void> | void)[] = [];
const { reportReady } = attachToSupervisor({
  async onStop() {
    for (const stop of stops.reverse()) await stop();
  },
});

const settings = readSettings();
const packageFile: { readonly version: string } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
const { version } = packageFile;
const opened = await openMeshEngine({
  dir: settings.dir,
  proxySocket: socketPath(settings.dir, "proxies.sock"),
  clock: systemClock,
  random: createSystemRandom(),
  egress: settings.egress,
  reservedPorts: [settings.apiPort, settings.consolePort, settings.ingressPort],
  dataLimitBytes: settings.dataLimitBytes,
  ...settings.identity,
  notify: settings.notify,
  onRekeyed: () =>
    console.log("The authority's keys are sealed with the new key: take INTERLOCK_KEK_OLD and INTERLOCK_KEK_OLD_FILE away again."),
  version,
  processFigures: createProcessProbe(),
});
if (!opened.ok) refuseToStart(opened.error.detail);
const engine = opened.value;
stops.push(() => engine.close());

const api = createApi({
  engine,
  clock: systemClock,
  knownHosts: loopbackHosts([settings.apiPort, settings.consolePort]),
  version,
  localToken: makeLocalToken(settings.dir),
  logs: {
    nodeOf: (assignment) => nodeOfOutput(settings.dir, assignment),
    tail: (node, assignment, lines) => readTail(outputPath(settings.dir, node, assignment), lines),
    follow: (node, assignment, take) => followOutput(outputPath(settings.dir, node, assignment), systemClock, take),
  },
  load: createSocketLoad(socketPath(settings.dir, "load.sock")),
});
const server = await serveApi({
  api,
  clock: systemClock,
  tcpPort: settings.apiPort,
  socketPath: socketPath(settings.dir, "engine.sock"),
}).catch(endUnheard);
stops.push(() => server.close());
reportReady();

function readSettings() {
  try {
    return {
      dir: resolve(env["INTERLOCK_DATA"] || ".interlock"),
      apiPort: readPort(env, "INTERLOCK_API_PORT", 4600, "engine API").port,
      consolePort: readPort(env, "INTERLOCK_CONSOLE_PORT", 3000, "console").port,
      ingressPort: readPort(env, "INTERLOCK_INGRESS_PORT", 15080, "ingress").port,
      egress: readEgress(env["INTERLOCK_EGRESS"]),
      identity: takeIdentitySettings(),
      dataLimitBytes: readDataLimit(env["INTERLOCK_DATA_LIMIT_MB"]),
      notify: {
        allow: readHostPorts(env["INTERLOCK_NOTIFY_ALLOW"], "INTERLOCK_NOTIFY_ALLOW"),
        console: env["INTERLOCK_CONSOLE_URL"] || `http://127.0.0.1:${readPort(env, "INTERLOCK_CONSOLE_PORT", 3000, "console").port}`,
      },
    };
  } catch (error) {
    return refuseToStart(error instanceof Error ? error.message : String(error));
  }
}

/** The key of the authority's keys is not handed on to anything that this process starts. */
function takeIdentitySettings() {
  const identity = readIdentitySettings(env);
  for (const name of KEY_VARIABLES) delete env[name];
  return identity;
}

/** Not REFUSED_TO_START: the port may be free in a moment. */
function endUnheard(error: NodeJS.ErrnoException): never {
  const isTaken = error.code === "EADDRINUSE";
  const fix = "stop the program that has it, or choose another one with INTERLOCK_API_PORT.";
  console.error(isTaken ? `The engine API cannot listen on port ${settings.apiPort}: ${fix}` : error);
  process.exit(1);
}

function refuseToStart(detail: string): never {
  console.error(detail);
  process.exit(REFUSED_TO_START);
}
