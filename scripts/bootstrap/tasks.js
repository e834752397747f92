import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { findBrowser } from "./browser.js";
import { ensureBuilt } from "./build.js";
import { withMode } from "./install.js";
import { CACHE_DIR, ROOT } from "./paths.js";
import { run } from "./run.js";
import { elapsed, fail, say } from "./say.js";
import { countPlaywright, countVitest } from "./test-counts.js";

/** @typedef {import("./install.js").Runtime} Runtime */
/** @typedef {(args: readonly string[], runtime: Runtime) => Promise<number>} Task */

const TSCONFIGS = ["tsconfig.json", "tsconfig.engine.json", "tsconfig.core.json"];

/** @type {Record<string, Task>} */
const tasks = { start, dev, build, test, soak, lint, typecheck, bench, e2e };

/** The names of all tasks. */
export const TASKS = Object.keys(tasks);

/** Runs a task and returns the exit code. @param {string} name one of TASKS @param {readonly string[]} args @param {Runtime} runtime */
export async function runTask(name, args, runtime) {
  const task = tasks[name];
  return task === undefined ? 1 : task(args, runtime);
}

/** @type {Task} */
async function start(args, runtime) {
  ensureBuilt(runtime, { force: false });
  return run(runtime.node, ["server.ts", ...args], { env: withMode(runtime.env, "production"), channel: true });
}

/** @type {Task} */
async function dev(args, runtime) {
  return run(runtime.node, ["server.ts", "--dev", ...args], { env: withMode(runtime.env, "development"), channel: true });
}

/** @type {Task} */
async function build(_args, runtime) {
  ensureBuilt(runtime, { force: true });
  return 0;
}

/** Runs all three parts even when one failed, so that one look shows everything. @type {Task} */
async function lint(args, runtime) {
  const biome = await tool(runtime, "@biomejs/biome/bin/biome", ["check", "--error-on-warnings", "--max-diagnostics=200", ...args]);
  const knip = await tool(runtime, "knip/bin/knip.js", ["--no-progress"]);
  const rules = await run(runtime.node, ["scripts/check/run.ts"], { env: runtime.env });
  return biome || knip || rules;
}

/** @type {Task} */
async function typecheck(_args, runtime) {
  for (const config of TSCONFIGS) {
    const code = await tool(runtime, "typescript/bin/tsc", ["--noEmit", "-p", config]);
    if (code !== 0) return code;
  }
  return 0;
}

/** @type {Task} */
async function unit(args, runtime) {
  return tool(runtime, "vitest/vitest.mjs", [
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report("unit")}`,
    ...args,
  ]);
}

/** @type {Task} */
async function soak(args, runtime) {
  const env = { ...runtime.env, INTERLOCK_SOAK: "1" };
  return tool({ ...runtime, env }, "vitest/vitest.mjs", ["run", ...args]);
}

/** @type {Task} */
async function bench(args, runtime) {
  return run(runtime.node, ["--disable-warning=ExperimentalWarning", "bench/run.ts", ...args], { env: runtime.env });
}

/** @type {Task} */
async function e2e(args, runtime) {
  return browserStories(args, { ...runtime, env: { ...runtime.env, INTERLOCK_BROWSER: await findBrowser(runtime) } });
}

/** @type {Task} */
async function browserStories(args, runtime) {
  ensureBuilt(runtime, { force: false });
  const env = { ...runtime.env, PLAYWRIGHT_JSON_OUTPUT_NAME: report("e2e") };
  return tool({ ...runtime, env }, "@playwright/test/cli.js", ["test", "--reporter=list,json", ...args]);
}

/** Everything CI runs, stage by stage up to the first that fails; the last line is the sum of all tests. @type {Task} */
async function test(_args, given) {
  rmSync(CACHE_DIR, { recursive: true, force: true });
  mkdirSync(CACHE_DIR, { recursive: true });
  const browser = await findBrowser(given);
  const runtime = { ...given, env: { ...given.env, INTERLOCK_BROWSER: browser } };
  const stages = { lint, typecheck, unit, build, "browser stories": browserStories };
  let failedStage = "";
  for (const [name, stage] of Object.entries(stages)) {
    say(`\n── ${name}`);
    const startedMs = Date.now();
    const code = await stage([], runtime).catch(fail);
    say(`── ${name}: ${code === 0 ? "ok" : "FAILED"} after ${elapsed(startedMs)}`);
    if (code === 0) continue;
    failedStage = name;
    break;
  }
  return summarise(failedStage);
}

/** A stage that failed without a failed test, such as lint, is one failure. @param {string} failedStage */
function summarise(failedStage) {
  const counts = [countVitest(readReport("unit")), countPlaywright(readReport("e2e"))];
  const passed = counts.reduce((sum, count) => sum + count.passed, 0);
  const failedTests = counts.reduce((sum, count) => sum + count.failed, 0);
  const failed = failedStage !== "" && failedTests === 0 ? 1 : failedTests;
  if (failedStage !== "") say(`\nStopped at "${failedStage}"; the stages after it did not run.`);
  say(`\n${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/** @param {Runtime} runtime @param {string} script under node_modules @param {readonly string[]} args */
function tool(runtime, script, args) {
  return run(runtime.node, [join(ROOT, "node_modules", script), ...args], { env: runtime.env });
}

/** @param {string} name */
function report(name) {
  return join(CACHE_DIR, `${name}.json`);
}

/** @param {string} name */
function readReport(name) {
  try {
    return JSON.parse(readFileSync(report(name), "utf8"));
  } catch {
    return {};
  }
}
