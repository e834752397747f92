import { join, resolve } from "node:path";
import { type ProxyProcess, startProxyProcess } from "../dataplane/index.ts";
import { createXorshift } from "../std/index.ts";
import { type Supervisor, supervise, TRAFFIC_FLAGS } from "../supervisor/index.ts";
import { systemClock } from "../system/index.ts";

const ROOT = resolve(import.meta.dirname, "../..");

/** A proxy of `node-a` within this process, for tests of what stands behind or beside it. */
export function startTestProxy(dataDir: string, enginePath: string): Promise<ProxyProcess> {
  const random = createXorshift(5);
  return startProxyProcess({ node: "node-a", dataDir, ingressPort: 0, enginePath, clock: systemClock, random, log: () => {} });
}

/** The name under which `superviseTestProxy` knows its proxy. */
export const TEST_PROXY = "proxy node-a";

/** The proxy of `node-a` as a process of its own, kept alive as `npm start` does it. The engine over the same folder is the caller's. */
export function superviseTestProxy(dir: string, ingressPort: number, say: (line: string) => void): Supervisor {
  const args = [...TRAFFIC_FLAGS, join(ROOT, "lib/dataplane/main.ts"), "--node", "node-a", "--data", dir];
  const more = ["--ingress-port", String(ingressPort), "--drain-ms", "500"];
  const plan = { name: TEST_PROXY, args: [...args, ...more], env: {}, stopStage: 1, stopGraceMs: 3_000, handsOver: true };
  return supervise({ plans: [plan], cwd: ROOT, logDir: join(dir, "logs"), say });
}

/** Engine and proxy of `node-a` as processes of their own over one data folder, kept alive as `npm start` does it. */
export function superviseTestMesh(
  dir: string,
  ports: { readonly api: number; readonly console: number; readonly ingress: number },
): Supervisor {
  const env = {
    INTERLOCK_DATA: dir,
    INTERLOCK_API_PORT: String(ports.api),
    INTERLOCK_CONSOLE_PORT: String(ports.console),
    INTERLOCK_INGRESS_PORT: String(ports.ingress),
  };
  const entry = (name: string, ...more: readonly string[]) => [
    "--disable-warning=ExperimentalWarning",
    join(ROOT, `lib/${name}/main.ts`),
    ...more,
  ];
  const proxyArgs = entry("dataplane", "--node", "node-a", "--data", dir, "--ingress-port", String(ports.ingress));
  const plan = { env, stopGraceMs: 3_000, handsOver: false };
  return supervise({
    plans: [
      { ...plan, name: "engine", args: entry("engine"), stopStage: 2 },
      { ...plan, name: TEST_PROXY, args: proxyArgs, stopStage: 1 },
    ],
    cwd: ROOT,
    logDir: join(dir, "logs"),
    say: () => {},
  });
}
