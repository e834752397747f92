import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../system/index.ts";
import { openTestEngine, serveTestEngine, startTestProxy, type TestEngine } from "../../testing/index.ts";

const MAIN = resolve(import.meta.dirname, "../main.ts");
const EXAMPLES = resolve(import.meta.dirname, "../../../docs/examples");
const HAS_PYTHON = spawnSync("python3", ["--version"]).status === 0;
/** Answers after 300 ms, so that a stop finds requests under way. */
const SLOW = `require("node:http").createServer((q, r) => setTimeout(() => r.end(JSON.stringify(process.env)), 300)).listen(process.env.PORT, "127.0.0.1");
  process.on("SIGTERM", () => process.exit(7));`;

let mesh: TestEngine;
let server: Awaited<ReturnType<typeof serveTestEngine>>;
let proxy: Awaited<ReturnType<typeof startTestProxy>>;
let dataDir: string;
let started: ChildProcess[] = [];

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "interlock-run-"));
  mesh = await openTestEngine(systemClock);
  server = await serveTestEngine(mesh.engine, systemClock);
  proxy = await startTestProxy(dataDir, mesh.proxySocket);
});

afterEach(async () => {
  await Promise.all(started.map((child) => end(child)));
  started = [];
});

afterAll(async () => {
  await proxy.stop();
  await server.close();
  await mesh.remove();
  rmSync(dataDir, { recursive: true, force: true });
});

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  await gone;
}

interface Run {
  readonly child: ChildProcess;
  said(): string;
  printed(): string;
  exitCode(): Promise<number>;
}

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Run {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN, "run", ...args], {
    env: { ...process.env, INTERLOCK_API: `http://127.0.0.1:${server.port}`, NO_PROXY: "*", ...env } as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "pipe"],
  });
  started.push(child);
  let [said, printed] = ["", ""];
  child.stderr?.on("data", (chunk) => {
    said += chunk;
  });
  child.stdout?.on("data", (chunk) => {
    printed += chunk;
  });
  const exit = once(child, "close").then(([code]) => Number(code));
  return { child, said: () => said, printed: () => printed, exitCode: () => exit };
}

/** Resolves once it says that it serves, and the proxy has heard of it. */
async function serving(service: string, args: readonly string[]): Promise<Run> {
  const started_ = run(["--service", service, ...args]);
  await expect.poll(started_.said, { timeout: 15_000 }).toContain(`${service} `);
  await expect.poll(started_.said, { timeout: 15_000 }).toContain(" serves at ");
  await expect.poll(async () => (await call(`${service}.mesh`)).status, { timeout: 15_000 }).not.toBe(503);
  return started_;
}

async function call(host: string, path = "/"): Promise<{ readonly status: number; readonly body: string }> {
  const request = get({ host: "127.0.0.1", port: proxy.proxy.ingressPort, path, headers: { host }, agent: false });
  const [answer] = await once(request, "response");
  return { status: answer.statusCode, body: await text(answer) };
}

const healthOf = (service: string) => mesh.engine.instances().filter((instance) => instance.service === service);

describe("a program that joins", () => {
  test("is an instance of a service that was made for it, and is told all that it needs", async () => {
    await serving("orders", ["--version", "1.2.0", "--requires", "payments=^2.1", "--zone", "hall-3", "--", process.execPath, "-e", SLOW]);
    const { body, status } = await call("orders.mesh");
    const [instance] = healthOf("orders");
    const proxyUrl = `http://127.0.0.1:${instance?.outbound?.port}`;
    expect([status, JSON.parse(body)]).toMatchObject([
      200,
      {
        PORT: String(instance?.port),
        HTTP_PROXY: proxyUrl,
        http_proxy: proxyUrl,
        NO_PROXY: "",
        no_proxy: "",
        NODE_USE_ENV_PROXY: "1",
        INTERLOCK_SERVICE: "orders",
        INTERLOCK_VERSION: "1.2.0",
        INTERLOCK_INSTANCE: instance?.id,
        INTERLOCK_NODE: "node-a",
        INTERLOCK_ZONE: "hall-3",
        INTERLOCK_PROXY: proxyUrl,
      },
    ]);
    expect(instance).toMatchObject({ kind: "lease", node: "node-a", zone: "hall-3", health: "ready", ttlMs: 10_000 });
    expect(
      mesh.engine
        .state()
        .services.get("orders" as never)
        ?.versions.get("1.2.0" as never)?.requirements,
    ).toEqual({ payments: "^2.1" });
  });

  test("gets no request before its check passes", async () => {
    const gate = join(dataDir, "open");
    const program = `const { existsSync } = require("node:fs");
      require("node:http").createServer((q, r) => { r.statusCode = existsSync(${JSON.stringify(gate)}) ? 200 : 503; r.end(q.url); }).listen(process.env.PORT, "127.0.0.1");`;
    const waiting = run(["--service", "gated", "--version", "1.0.0", "--health", "/healthz", "--", process.execPath, "-e", program]);
    await expect.poll(() => healthOf("gated")[0]?.outbound ?? null, { timeout: 15_000 }).not.toBeNull();
    expect(healthOf("gated")[0]?.health).toBe("standby");
    expect((await call("gated.mesh")).status).toBe(503);
    writeFileSync(gate, "");
    await expect.poll(waiting.said, { timeout: 10_000 }).toContain(" serves at ");
    await expect.poll(async () => (await call("gated.mesh", "/x")).body).toBe("/x");
  });

  test("leaves traffic before it is told to end, so that a request under way finishes", async () => {
    const file = join(dataDir, "leaver");
    const program = `require("node:http").createServer((q, r) => {
        if (q.url === "/long") require("node:fs").writeFileSync(${JSON.stringify(file)}, "");
        setTimeout(() => r.end(), q.url === "/long" ? 500 : 0);
      }).listen(process.env.PORT, "127.0.0.1");
      process.on("SIGTERM", () => process.exit(7));`;
    const { child, exitCode } = await serving("leaver", ["--version", "1.0.0", "--drain", "1s", "--", process.execPath, "-e", program]);
    const underWay = call("leaver.mesh", "/long");
    await expect.poll(() => existsSync(file)).toBe(true);
    child.kill("SIGINT");
    expect((await underWay).status).toBe(200);
    expect(await exitCode()).toBe(7);
    expect(healthOf("leaver")).toEqual([]);
  });

  test("is killed when it does not end within its grace, and what it started with it", async () => {
    const stubborn = `process.on("SIGTERM", () => {}); require("node:http").createServer((q, r) => r.end()).listen(process.env.PORT, "127.0.0.1");`;
    const line = [
      "--version",
      "1.0.0",
      "--drain",
      "0",
      "--grace",
      "200ms",
      "--",
      "sh",
      "-c",
      `sleep 600 & exec ${process.execPath} -e '${stubborn}'`,
    ];
    const { child, exitCode } = await serving("stubborn", line);
    child.kill("SIGTERM");
    expect(await exitCode()).toBe(137);
  });

  test("that ends by itself leaves with its own exit code, at once", async () => {
    const ended = run(["--service", "short", "--version", "1.0.0", "--", process.execPath, "-e", `console.log("done"); process.exit(42)`]);
    expect([await ended.exitCode(), ended.printed()]).toEqual([42, "done\n"]);
    expect(healthOf("short")).toEqual([]);
  });

  test("gets signals that are not about leaving", async () => {
    const file = join(dataDir, "usr2");
    const program = `process.on("SIGUSR2", () => require("node:fs").writeFileSync(${JSON.stringify(file)}, "got"));
      require("node:http").createServer((q, r) => r.end()).listen(process.env.PORT, "127.0.0.1");`;
    const { child } = await serving("signalled", ["--version", "1.0.0", "--", process.execPath, "-e", program]);
    child.kill("SIGUSR2");
    await expect
      .poll(() => {
        try {
          return readFileSync(file, "utf8");
        } catch {
          return "";
        }
      })
      .toBe("got");
  });

  test("whose lease is lost takes it again and keeps its proxy", async () => {
    await serving("lost", ["--version", "1.0.0", "--", process.execPath, "-e", SLOW]);
    const told = JSON.parse((await call("lost.mesh")).body).HTTP_PROXY;
    const before = healthOf("lost")[0]?.id ?? "";
    mesh.engine.removeLease(before);
    await expect
      .poll(() => healthOf("lost").map(({ health, id }) => [health, id === before]), { timeout: 10_000 })
      .toEqual([["ready", false]]);
    await expect.poll(async () => (await call("lost.mesh")).status, { timeout: 15_000 }).toBe(200);
    const through = get({ ...hostAndPort(told), path: "http://lost.mesh/", headers: { host: "lost.mesh" }, agent: false });
    const [answer] = await once(through, "response");
    expect([answer.statusCode, JSON.parse(await text(answer)).HTTP_PROXY]).toEqual([200, told]);
  });
});

function hostAndPort(url: string) {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}

describe("a program that cannot join", () => {
  test.each<readonly [string, readonly string[], number, string]>([
    ["everything is missing", [], 2, "--service is missing"],
    ["the command is missing", ["--service", "a", "--version", "1.0.0"], 2, "The command is missing"],
    ["the version is none", ["--service", "a", "--version", "one", "--", "true"], 2, `"one" is no version`],
    ["a range is none", ["--service", "a", "--version", "1.0.0", "--requires", "b", "--", "true"], 2, `"b" is not service=range`],
    ["the command does not exist", ["--service", "a", "--version", "1.0.0", "--", "no-such-command"], 127, "command not found"],
    ["the command is no program", ["--service", "a", "--version", "1.0.0", "--", MAIN], 126, "not executable"],
    ["its node has no proxy", ["--service", "a", "--version", "1.0.0", "--node", "node-z", "--", "true"], 3, "There are: node-a."],
    ["the engine is away", ["--api", "http://127.0.0.1:9", "--service", "a", "--version", "1.0.0", "--", "true"], 3, "unreachable"],
    ["a name is refused", ["--service", "Not A Name", "--version", "1.0.0", "--", "true"], 1, "name"],
  ])("is told why when %s, and nothing is registered", async (_, args, code, sentence) => {
    const refused = run(args);
    expect(await refused.exitCode()).toBe(code);
    expect(refused.said()).toContain(sentence);
    expect(mesh.engine.state().services.has("a" as never)).toBe(false);
  });

  test("is told when its version is registered with other requirements", async () => {
    await mesh.apply({ kind: "service.register", service: "fixed", hosts: [] });
    await mesh.apply({ kind: "version.register", service: "fixed", version: "1.0.0", requirements: { payments: "^2.0.0" } });
    const refused = run(["--service", "fixed", "--version", "1.0.0", "--requires", "payments=^3.0.0", "--", "true"]);
    expect(await refused.exitCode()).toBe(2);
    expect(refused.said()).toContain("fixed 1.0.0 is registered and requires payments=^2.0.0");
  });
});

describe("docs/examples", () => {
  test("a Python and a Node program find each other by name", async () => {
    expect(HAS_PYTHON, "This test runs a Python program: install python3.").toBe(true);
    await serving("names", ["--version", "1.0.0", "--health", "/healthz", "--", process.execPath, join(EXAMPLES, "names.js")]);
    const line = [
      "--version",
      "1.0.0",
      "--requires",
      "names=^1.0.0",
      "--health",
      "/healthz",
      "--",
      "python3",
      join(EXAMPLES, "greeting.py"),
    ];
    const greeting = await serving("greeting", line);
    const said = "Hello Ada (names 1.0.0), from greeting 1.0.0 in Python.\n";
    expect(await call("greeting.mesh")).toEqual({ status: 200, body: said });
    expect(await call("names.mesh", "/via")).toEqual({ status: 200, body: said });
    greeting.child.kill("SIGINT");
    expect(await greeting.exitCode()).toBe(0);
  });
});
