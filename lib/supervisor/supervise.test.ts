import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ChildPlan } from "./child-plan.ts";
import { type Supervisor, supervise } from "./supervise.ts";

const CHILD = JSON.stringify(pathToFileURL(join(import.meta.dirname, "child.ts")).href);
const WELL_BEHAVED = `
  import { attachToSupervisor } from ${CHILD};
  const timer = setInterval(() => {}, 1000);
  const supervisor = attachToSupervisor({ onStop: () => { console.log("stopping in order"); clearInterval(timer); } });
  supervisor.reportReady();
`;
const STUBBORN = `
  import { spawn } from "node:child_process";
  process.on("SIGTERM", () => {});
  process.on("SIGINT", () => {});
  const own = spawn("sleep", ["600"]);
  console.log("grandchild " + own.pid);
  setInterval(() => {}, 1000);
  process.send({ kind: "ready" });
`;

let folder: string;
let said: string[];
let running: Supervisor[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "interlock-supervise-"));
  said = [];
  running = [];
});

afterEach(async () => {
  for (const supervisor of running) supervisor.kill();
  await Promise.all(running.map((supervisor) => supervisor.stop()));
  rmSync(folder, { recursive: true, force: true });
});

function plan(name: string, source: string, more: Partial<ChildPlan> = {}): ChildPlan {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, source);
  return { name, args: [file], env: {}, stopStage: 1, stopGraceMs: 300, ...more };
}

function start(...plans: ChildPlan[]): Supervisor {
  const supervisor = supervise({ plans, cwd: folder, logDir: join(folder, "logs"), say: (line) => said.push(line) });
  running.push(supervisor);
  return supervisor;
}

function logOf(name: string): string {
  return readFileSync(join(folder, "logs", `${name}.log`), "utf8");
}

/** A process that ended but was not yet collected by its new parent does not count as alive. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync(`/proc/${pid}/stat`) || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** The pid of a child of ours that runs; fails the test when there is none. */
function pidOf(supervisor: Supervisor, name: string): number {
  const pid = supervisor.pids().get(name);
  expect(pid).toBeTypeOf("number");
  return Number(pid);
}

test("a child that is killed after it was ready runs again, and the others are not touched", async () => {
  const supervisor = start(plan("engine", WELL_BEHAVED), plan("console", WELL_BEHAVED));
  await supervisor.ready;
  const before = { engine: pidOf(supervisor, "engine"), console: pidOf(supervisor, "console") };

  process.kill(before.engine, "SIGKILL");
  await expect.poll(() => said, { timeout: 15_000 }).toContainEqual(expect.stringMatching(/^engine is back after \d+ ms\.$/));

  expect(said[0]).toBe("engine died (SIGKILL), starting it again.");
  expect(pidOf(supervisor, "engine")).not.toBe(before.engine);
  expect(pidOf(supervisor, "console")).toBe(before.console);
});

test("a stop lets every child finish, stage by stage, and leaves nothing running", async () => {
  const supervisor = start(plan("engine", WELL_BEHAVED, { stopStage: 2 }), plan("demo", WELL_BEHAVED, { stopStage: 1 }));
  await supervisor.ready;
  const pids = [...supervisor.pids().values()];

  await supervisor.stop();

  expect(logOf("engine")).toContain("stopping in order");
  expect(logOf("demo")).toContain("stopping in order");
  expect(pids.map(isAlive)).toEqual([false, false]);
});

test("a child that ignores the stop is killed after its grace, and what it started dies with it", async () => {
  const supervisor = start(plan("stubborn", STUBBORN));
  await supervisor.ready;
  await expect.poll(() => logOf("stubborn")).toContain("grandchild");
  const grandchild = Number(/grandchild (\d+)/.exec(logOf("stubborn"))?.[1]);
  expect(isAlive(grandchild)).toBe(true);

  await supervisor.stop();

  await expect.poll(() => isAlive(grandchild)).toBe(false);
});

test("a child that refuses to start is not tried again, and its reason is shown", async () => {
  const supervisor = start(plan("engine", `console.error("the data folder is in use"); process.exitCode = 78;`));
  await expect(supervisor.ready).rejects.toThrow("engine refuses to start");
  expect(said).toEqual(["[engine] the data folder is in use"]);
});

test("a child that ran and then refuses to start again says that it stays down", async () => {
  const mark = join(folder, "second-life");
  const code = `import { existsSync, writeFileSync } from "node:fs";
    if (existsSync(${JSON.stringify(mark)})) process.exit(78);
    writeFileSync(${JSON.stringify(mark)}, "");
    process.send({ kind: "ready" });
    setInterval(() => {}, 1000);`;
  const supervisor = start(plan("engine", code));
  await supervisor.ready;
  process.kill(pidOf(supervisor, "engine"), "SIGKILL");
  await expect.poll(() => said).toContain("engine refuses to start again and stays down, for the reason above.");
});

test("a child that never gets ready ends the first start after five attempts", async () => {
  const supervisor = start(plan("engine", "process.exitCode = 3;"));
  await expect(supervisor.ready).rejects.toThrow("engine does not start");
  expect(said.filter((line) => line.startsWith("engine died (exit code 3)"))).toHaveLength(5);
});

test("a child counts as ready only when its probe agrees", async () => {
  let answers = 0;
  const probe = async () => {
    answers += 1;
    return answers >= 3;
  };
  const supervisor = start(plan("engine", WELL_BEHAVED, { probe }));
  expect(supervisor.waitingFor()).toEqual(["engine"]);
  await supervisor.ready;
  expect(answers).toBe(3);
  expect(supervisor.waitingFor()).toEqual([]);
});

test("children do not outlive a supervisor that is killed", async () => {
  const child = plan("engine", WELL_BEHAVED);
  const script = join(folder, "supervisor.mjs");
  writeFileSync(
    script,
    `import { supervise } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, "supervise.ts")).href)};
     const supervisor = supervise({ plans: [${JSON.stringify(child)}], cwd: ".", logDir: "logs", say: console.log });
     await supervisor.ready;
     process.send([...supervisor.pids().values()]);`,
  );
  const process_ = spawn(process.execPath, [script], { cwd: folder, stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const [pids] = (await once(process_, "message")) as [number[]];
  expect(pids.map(isAlive)).toEqual([true]);

  process_.kill("SIGKILL");

  await expect.poll(() => pids.map(isAlive), { timeout: 5_000 }).toEqual([false]);
});

test("a process may finish for as long as it said, beyond the grace that holds otherwise", { timeout: 20_000 }, async () => {
  const slow = `
    import { attachToSupervisor } from ${CHILD};
    attachToSupervisor({ onStop: () => new Promise((resolve) => setTimeout(resolve, 4000)), stopGraceMs: () => 15000 });
    console.log("attached");
  `;
  const child = spawn(process.execPath, plan("slow", slow).args, { stdio: ["ignore", "pipe", "ignore"] });
  const ended = once(child, "exit");
  await once(child.stdout, "data");
  child.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
});
