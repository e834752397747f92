import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Supervisor, supervise } from "./supervise.ts";

const CHILD = JSON.stringify(pathToFileURL(join(import.meta.dirname, "child.ts")).href);
/** Answers each connection with its pid; `broken` says what goes wrong in a successor. */
const SERVER = (broken: string) => `
  import net from "node:net";
  import { writeFileSync } from "node:fs";
  import { attachToSupervisor } from ${CHILD};
  const server = net.createServer((socket) => socket.end(String(process.pid)));
  const child = attachToSupervisor({
    onStop: () => {},
    succession: () => ({
      handOver: async () => new Map([["port", server._handle]]),
      takeBack: () => console.log("goes on"),
      retire: () => new Promise((resolve) => server.close(() => { console.log("retired"); resolve(); })),
    }),
  });
  const inherited = (await child.inherited).get("port");
  if (inherited !== undefined) { ${broken} }
  const listening = () => { writeFileSync("port", String(server.address().port)); child.reportReady(); };
  if (inherited === undefined) server.listen(0, "127.0.0.1", listening);
  else server.listen(inherited, listening);
`;

let folder: string;
let supervisor: Supervisor;
let said: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "interlock-hand-over-"));
  said = [];
});

afterEach(async () => {
  await supervisor.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(broken = "", more: { readonly handsOver?: boolean } = { handsOver: true }): Promise<void> {
  writeFileSync(join(folder, "server.mjs"), SERVER(broken));
  const plan = { name: "server", args: ["server.mjs"], env: {}, stopStage: 1, stopGraceMs: 1_000, ...more };
  supervisor = supervise({ plans: [plan], cwd: folder, logDir: join(folder, "logs"), say: (line) => said.push(line) });
  await supervisor.ready;
}

async function whoAnswers(): Promise<number> {
  const socket = net.connect(Number(readFileSync(join(folder, "port"), "utf8")), "127.0.0.1");
  await once(socket, "connect");
  return Number(await text(socket));
}

const log = () => readFileSync(join(folder, "logs", "server.log"), "utf8");
const pid = () => supervisor.pids().get("server");

test("a successor listens on the very socket of the one before, which retires", async () => {
  await start();
  const old = pid();
  expect(await whoAnswers()).toBe(old);
  await supervisor.succeed("server");
  expect(pid()).not.toBe(old);
  await expect.poll(log).toContain("retired");
  expect(await whoAnswers()).toBe(pid());
  expect(said).toEqual([]);
});

test("a successor that fails leaves the one before as it was, and another may follow it", async () => {
  await start(`if (!(await import("node:fs")).existsSync("healed")) process.exit(5);`);
  const old = pid();
  await expect(supervisor.succeed("server")).rejects.toThrow("The new server ended before it was ready (exit code 5).");
  await expect.poll(log).toContain("goes on");
  expect([pid(), await whoAnswers()]).toEqual([old, old]);
  writeFileSync(join(folder, "healed"), "");
  await supervisor.succeed("server");
  expect(pid()).not.toBe(old);
});

test("where the one before dies meanwhile, the successor is the child", async () => {
  await start(
    `writeFileSync("begun", ""); while (!(await import("node:fs")).existsSync("go")) await new Promise((resolve) => setTimeout(resolve, 20));`,
  );
  const old = Number(pid());
  const succeeded = supervisor.succeed("server");
  await expect.poll(() => existsSync(join(folder, "begun")), { timeout: 10_000 }).toBe(true);
  process.kill(old, "SIGKILL");
  await expect.poll(() => said).toContain("server died (SIGKILL), starting it again.");
  writeFileSync(join(folder, "go"), "");
  await succeeded;
  expect(pid()).not.toBe(old);
  expect(await whoAnswers()).toBe(pid());
});

test("where the one before dies first of all, it is started again", async () => {
  await start();
  const old = Number(pid());
  process.kill(old, "SIGKILL");
  await expect(supervisor.succeed("server")).rejects.toThrow("ended before it had handed over");
  await expect.poll(() => said, { timeout: 10_000 }).toContainEqual(expect.stringContaining("is back"));
  expect(await whoAnswers()).toBe(pid());
});

test("what does not hand over is not touched, and neither is one that is being succeeded already", async () => {
  await start("", {});
  await expect(supervisor.succeed("server")).rejects.toThrow("There is no server here that can be restarted while it serves.");
  await supervisor.stop();
  await start();
  const first = supervisor.succeed("server");
  await expect(supervisor.succeed("server")).rejects.toThrow("being restarted already");
  await first;
});
