/**
 * Composition root of a node's agent. Options: --node, --data. Environment: INTERLOCK_DATA, INTERLOCK_API_PORT.
 *
 * It is ready as soon as it has taken over what an agent before it left; an engine that is not there yet is asked again and again.
 */
import { cpus, totalmem } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { createApiClient } from "../client/index.ts";
import { attachToSupervisor, readLocalToken, readPort } from "../supervisor/index.ts";
import { systemClock } from "../system/index.ts";
import { NodeAgent } from "./agent.ts";

const { values } = parseArgs({ options: { node: { type: "string" }, data: { type: "string" } } });
const node = values.node ?? "node-a";
const dataDir = resolve(values.data || process.env["INTERLOCK_DATA"] || ".interlock");
const apiUrl = `http://127.0.0.1:${readPort(process.env, "INTERLOCK_API_PORT", 4600, "engine API").port}`;
const client = createApiClient({
  baseUrl: apiUrl,
  // Read each time: the engine makes it, and may do so after us.
  headers: () => ({ "x-interlock-author": `agent ${node}`, "x-interlock-token": readLocalToken(dataDir) ?? "" }),
});

const agent = new NodeAgent({
  node,
  dataDir,
  client,
  apiUrl,
  clock: systemClock,
  env: programEnvironment(),
  async report(report, signal) {
    const about = { cpus: cpus().length, memoryBytes: totalmem() };
    const body = { ...report, ...about, instances: [...report.instances] };
    return (await client.call("POST /api/v1/nodes/{node}/report", { params: { node }, body, signal })).assignments;
  },
  say: (line) => console.error(line),
});
const { reportReady } = attachToSupervisor({ onStop: () => agent.stop() });
agent.start();
reportReady();

/** Ours, but for what is said between the processes of Interlock. */
function programEnvironment(): Readonly<Record<string, string | undefined>> {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("INTERLOCK_") && !name.startsWith("NODE_"));
  return Object.fromEntries(own);
}
