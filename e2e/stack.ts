import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type ApiClient, createApiClient } from "../lib/client/index.ts";
import { findFreePorts } from "../lib/demo/index.ts";
import { createXorshift } from "../lib/std/index.ts";
import { readLocalToken } from "../lib/supervisor/index.ts";

/** The whole product, as `npm start` runs it, on ports and a data folder of its own. */
export interface Stack {
  readonly consoleUrl: string;
  /** Opens the console with the right to start and stop processes, once. */
  readonly unlockUrl: string;
  readonly apiUrl: string;
  readonly ingressPort: number;
  /** A free port on which a story may receive what channels send. */
  readonly receiverPort: number;
  readonly dataDir: string;
  readonly client: ApiClient;
  /** Process id of the supervisor, and of a child by its name in the supervisor's plan (`engine`, `proxy node-a`, …). */
  readonly pid: number;
  childPid(name: string): number;
  stop(): Promise<void>;
}

const READY = /^Interlock is ready: (\S+)/;
const START_MS_MAX = 60_000;

/** Starts the built product and resolves when it says that it is ready. */
export async function startStack(options: { readonly demo: boolean }): Promise<Stack> {
  const [consolePort = 0, apiPort = 0, ingressPort = 0, receiverPort = 0] = await findFreePorts(4, createXorshift(Date.now()));
  const dataDir = mkdtempSync(join(tmpdir(), "interlock-e2e-"));
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "server.ts"], {
    env: {
      ...process.env,
      INTERLOCK_DATA: dataDir,
      INTERLOCK_CONSOLE_PORT: String(consolePort),
      INTERLOCK_API_PORT: String(apiPort),
      INTERLOCK_INGRESS_PORT: String(ingressPort),
      INTERLOCK_NOTIFY_ALLOW: `127.0.0.1:${receiverPort}`,
      INTERLOCK_DEMO: options.demo ? "on" : "off",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const unlockUrl = await readiness(child);
  const consoleUrl = new URL(unlockUrl).origin;
  const apiUrl = `http://127.0.0.1:${apiPort}`;
  return {
    consoleUrl,
    unlockUrl,
    apiUrl,
    ingressPort,
    receiverPort,
    dataDir,
    client: createApiClient({
      baseUrl: apiUrl,
      headers: () => ({ "x-interlock-author": "e2e", "x-interlock-token": readLocalToken(dataDir) ?? "" }),
    }),
    pid: child.pid ?? 0,
    childPid: (name) => findChild(child.pid ?? 0, name),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, "exit");
        child.kill("SIGTERM");
        await gone;
      }
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** The address that the supervisor prints; rejects with its output when it does not get that far. */
function readiness(child: ChildProcess): Promise<string> {
  const lines: string[] = [];
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`the stack did not start (${why}):\n${lines.join("\n")}`));
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      fail(`not ready after ${START_MS_MAX} ms`);
    }, START_MS_MAX);
    const read = (line: string) => {
      lines.push(line);
      const address = READY.exec(line)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    };
    for (const stream of [child.stdout, child.stderr]) if (stream !== null) createInterface({ input: stream }).on("line", read);
    child.once("exit", (code) => fail(`exit code ${code}`));
  });
}

/** Looks the child up by its command line, as `ps` would show it. */
function findChild(parent: number, name: string): number {
  const [kind, node] = name.split(" ");
  const folder = kind === "proxy" ? "dataplane" : kind === "agent" ? "workload" : kind;
  const entry = `lib/${folder}/main.ts`;
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, "utf8").trim().split(" ").map(Number);
  for (const pid of children) {
    const args = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    if (args.some((arg) => arg.endsWith(entry)) && (node === undefined || args.includes(node))) return pid;
  }
  throw new Error(`the supervisor has no child "${name}"`);
}
