import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { DemoVersion } from "./catalogue.ts";

const ENTRY = fileURLToPath(new URL("./service-main.ts", import.meta.url));
const RESTART_DELAY_MS = 500;

/** One instance of the plan: what it runs, and where. */
export interface PlannedInstance {
  readonly service: string;
  readonly version: DemoVersion;
  readonly node: string;
  readonly port: number;
  readonly seed: number;
}

export interface InstanceProcess {
  /** Resolves once the program accepts connections. */
  readonly listening: Promise<void>;
  /** Whether the program runs; its lease is prolonged only while it does. */
  isAlive(): boolean;
  /** Ends the program; resolves when it is gone. */
  stop(): Promise<void>;
}

/** Starts one instance with its proxy in `HTTP_PROXY`, and starts it again half a second after it died. */
export function startInstance(instance: PlannedInstance, proxyUrl: string): InstanceProcess {
  let child: ChildProcess;
  let alive = false;
  let stopping = false;
  let markListening: () => void = () => undefined;
  const listening = new Promise<void>((resolve) => {
    markListening = resolve;
  });

  const start = () => {
    child = spawn(
      process.execPath,
      ["--max-old-space-size=48", "--max-semi-space-size=1", "--disable-warning=ExperimentalWarning", ENTRY],
      {
        stdio: ["ignore", "ignore", "inherit", "ipc"],
        env: instanceEnvironment(instance, proxyUrl),
      },
    );
    child.on("message", () => {
      alive = true;
      markListening();
    });
    child.on("exit", () => {
      alive = false;
      if (!stopping) setTimeout(() => stopping || start(), RESTART_DELAY_MS).unref();
    });
  };
  start();

  return {
    listening,
    isAlive: () => alive,
    async stop() {
      stopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      const killer = setTimeout(() => child.kill("SIGKILL"), 700);
      await gone;
      clearTimeout(killer);
    },
  };
}

/** Both spellings, and no exceptions: programs differ in which they read. */
function instanceEnvironment(instance: PlannedInstance, proxyUrl: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env["PATH"],
    NODE_ENV: process.env["NODE_ENV"],
    NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
    DEMO_SERVICE: instance.service,
    DEMO_VERSION: instance.version.version,
    DEMO_SEED: String(instance.seed),
    DEMO_BEHAVIOUR: JSON.stringify({ latency: instance.version.latency, errorRate: instance.version.errorRate }),
    PORT: String(instance.port),
    HTTP_PROXY: proxyUrl,
    http_proxy: proxyUrl,
    NO_PROXY: "",
    no_proxy: "",
  };
}
