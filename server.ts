/**
 * The supervisor: starts engine, proxies, node agents, console and demo as processes of their own, restarts what dies, and is the one
 * owner of signals. SIGINT, SIGTERM, SIGHUP and the end of whoever started us stop everything: demo and console, proxies, agents with
 * all that they run, engine, each with a grace, all of it within 5 s. A second Ctrl-C kills at once. Nothing listens beyond the loopback interface.
 */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  type ChildPlan,
  claimDataFolder,
  NODE_FLAGS,
  portProblems,
  probeHttp,
  readLocalToken,
  readPort,
  type Supervisor,
  type SupervisorAnswer,
  supervise,
  TRAFFIC_FLAGS,
} from "./lib/supervisor/index.ts";
import { endPrograms } from "./lib/workload/index.ts";

const ROOT = fileURLToPath(new URL(".", import.meta.url));
const SLOW_START_MS = 20_000;
const READY_POLL_MS = 50;
const CODE_MS = 2_000;
const SECOND_SIGNAL_MS = 500;
/** How long a request under way may take after Ctrl-C; everything has to be gone within 5 s. */
const PROXY_DRAIN_MS = 1_500;

const isDev = process.argv.includes("--dev");
const withDemo = process.env["INTERLOCK_DEMO"] !== "off";
const dataDir = resolve(process.env["INTERLOCK_DATA"] || ".interlock");

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});

async function main(): Promise<void> {
  const ports = {
    console: readPort(process.env, "INTERLOCK_CONSOLE_PORT", 3000, "console"),
    api: readPort(process.env, "INTERLOCK_API_PORT", 4600, "engine API"),
    ingress: readPort(process.env, "INTERLOCK_INGRESS_PORT", 15080, "ingress"),
  };
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const claim = await claimDataFolder(dataDir);
  const problems = await portProblems(Object.values(ports));
  if (problems.length > 0) throw new Error(problems.join("\n"));

  const plans = childPlans({ console: ports.console.port, api: ports.api.port, ingress: ports.ingress.port });
  const supervisor = supervise({ plans, cwd: ROOT, logDir: join(dataDir, "logs"), say: (line) => console.log(line) });
  ownSignals(supervisor);
  claim.answerWith((request) => restartOnRequest(supervisor, request));
  const slow = setTimeout(
    () => console.log(`Still waiting for ${supervisor.waitingFor().join(", ") || "a proxy to take the configuration"} …`),
    SLOW_START_MS,
  );
  try {
    await supervisor.ready;
    // The engine calls itself ready once a proxy serves what it decided: only then does an address mean a mesh.
    while (!(await probeHttp(ports.api.port, "/readyz"))) await pause(READY_POLL_MS);
  } catch (error) {
    await supervisor.stop();
    endPrograms(dataDir);
    throw error;
  } finally {
    clearTimeout(slow);
  }
  console.log(`Data: ${dataDir} (logs in ${join(dataDir, "logs")}). Stop with Ctrl-C.`);
  console.log(`Interlock is ready: ${await address(ports.console.port, ports.api.port)}`);
}

function childPlans(ports: { readonly console: number; readonly api: number; readonly ingress: number }): readonly ChildPlan[] {
  const env = {
    INTERLOCK_DATA: dataDir,
    INTERLOCK_CONSOLE_PORT: String(ports.console),
    INTERLOCK_API_PORT: String(ports.api),
    INTERLOCK_INGRESS_PORT: String(ports.ingress),
    INTERLOCK_DEMO: withDemo ? "on" : "off",
    NODE_ENV: isDev ? "development" : "production",
    // Node keeps the compiled form of our TypeScript here, which makes a restart of a child faster.
    NODE_COMPILE_CACHE: join(ROOT, "node_modules", ".cache", "interlock", "compile"),
  };
  const kek = process.env["INTERLOCK_KEK"];
  const engineEnv = kek === undefined ? env : { ...env, INTERLOCK_KEK: kek };
  const entry = (name: string, flags = NODE_FLAGS) => [...flags, join("lib", name, "main.ts")];
  const nodes = withDemo ? ["node-a", "node-b", "node-c"] : ["node-a"];
  const proxies = nodes.map((node, index): ChildPlan => {
    const ingress = index === 0 ? ["--ingress-port", String(ports.ingress)] : [];
    const args = [
      ...entry("dataplane", TRAFFIC_FLAGS),
      "--node",
      node,
      "--data",
      dataDir,
      "--drain-ms",
      String(PROXY_DRAIN_MS),
      ...ingress,
    ];
    return { name: `proxy ${node}`, args, env, stopStage: 2, stopGraceMs: PROXY_DRAIN_MS + 500, handsOver: true };
  });
  const agents = nodes.map((node): ChildPlan => {
    const args = [...entry("workload"), "--node", node, "--data", dataDir];
    return { name: `agent ${node}`, args, env, stopStage: 3, stopGraceMs: 1_000 };
  });
  const demo: ChildPlan = { name: "demo", args: entry("demo"), env, stopStage: 1, stopGraceMs: 600 };
  return [
    {
      name: "engine",
      args: entry("engine"),
      env: engineEnv,
      stopStage: 4,
      stopGraceMs: 900,
      probe: () => probeHttp(ports.api, "/healthz"),
    },
    ...proxies,
    ...agents,
    {
      name: "console",
      args: [...entry("console"), ...(isDev ? ["--dev"] : [])],
      env,
      stopStage: 1,
      stopGraceMs: 800,
      probe: () => probeHttp(ports.console, "/"),
    },
    ...(withDemo ? [demo] : []),
  ];
}

/** Where the console is: with a code that lets the browser which opens it first start and stop processes. */
async function address(consolePort: number, apiPort: number): Promise<string> {
  const console_ = `http://127.0.0.1:${consolePort}`;
  try {
    const answer = await fetch(`http://127.0.0.1:${apiPort}/api/v1/local-token/codes`, {
      method: "POST",
      headers: { "x-interlock-token": readLocalToken(dataDir) ?? "" },
      signal: AbortSignal.timeout(CODE_MS),
    });
    const { code } = (await answer.json()) as { readonly code?: string };
    return code === undefined ? console_ : `${console_}/unlock?code=${code}`;
  } catch {
    return console_;
  }
}

/** `restart proxy node-a`, from `interlock proxy restart`: takes one over after the other, and says how each went. */
async function restartOnRequest(supervisor: Supervisor, request: string): Promise<SupervisorAnswer> {
  const name = /^restart (.+)$/.exec(request)?.[1];
  if (name === undefined) return { ok: false, sentences: ["The supervisor knows one request: restart <process>."] };
  const names = name === "all" ? supervisor.successible() : [name];
  const sentences: string[] = [];
  for (const each of names) {
    try {
      await supervisor.succeed(each);
      sentences.push(`${each}: a new process (${supervisor.pids().get(each)}) serves; the old one finishes its requests.`);
    } catch (error) {
      const known = supervisor.successible().join(", ");
      sentences.push(`${error instanceof Error ? error.message : error} The others were left alone; there are: ${known}.`);
      return { ok: false, sentences };
    }
  }
  return { ok: true, sentences };
}

function ownSignals(supervisor: Supervisor): void {
  let firstMs: number | null = null;
  const stop = () => {
    if (firstMs !== null) {
      // Ctrl-C reaches us twice, from the terminal and passed on by npm; only one that comes later means impatience.
      if (performance.now() - firstMs > SECOND_SIGNAL_MS) supervisor.kill();
      return;
    }
    firstMs = performance.now();
    console.log("Stopping …");
    void supervisor.stop().then(() => {
      // An agent that was killed, because it was late, left its programs.
      endPrograms(dataDir);
      console.log("Stopped.");
      process.exit(0);
    });
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  process.on("disconnect", stop);
  process.on("SIGUSR2", () => {
    void restartOnRequest(supervisor, "restart all").then(({ sentences }) => console.log(sentences.join("\n")));
  });
  // Whoever read our output may be gone, and that must not cut the stop short.
  process.stdout.on("error", () => {});
  process.stderr.on("error", () => {});
}
