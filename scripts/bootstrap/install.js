import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { whyInstall } from "./lock-match.js";
import { ROOT, RUNTIME_DIR } from "./paths.js";
import { findPinned, isOwnNodeGoodEnough, noNodeMessage, pinFor, runs } from "./pinned-node.js";
import { BootstrapError, elapsed, say } from "./say.js";

const INSTALL_TIMEOUT_MS = 15 * 60_000;

/** @typedef {{ node: string, env: NodeJS.ProcessEnv }} Runtime the Node to run with, and the environment that puts it first */

/**
 * Makes sure that the pinned Node and all dependencies are there, and returns what to run with. Throws a BootstrapError otherwise.
 * @returns {Promise<Runtime>}
 */
export async function ensureInstalled() {
  const modules = join(ROOT, "node_modules");
  const reason = whyInstall(readJson(join(ROOT, "package-lock.json")) ?? {}, readJson(join(modules, ".package-lock.json")));
  if (reason !== null) install(reason);
  const node = installedRuntime()?.node ?? nodeForInstall();
  return { node, env: environmentWith(node) };
}

/** What to run with, of what is installed already; null when the pinned Node is not. @returns {Runtime | null} */
export function installedRuntime() {
  const node = currentNode([join(ROOT, "node_modules"), join(RUNTIME_DIR, "node_modules")]);
  return node === null ? null : { node, env: environmentWith(node) };
}

/**
 * The environment in which `node` is the first Node in PATH and the project's own tools come right after it.
 * @param {string} node
 * @returns {NodeJS.ProcessEnv}
 */
export function environmentWith(node) {
  const key = Object.keys(process.env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
  const path = [dirname(node), join(ROOT, "node_modules", ".bin"), process.env[key] ?? ""].join(delimiter);
  const env = { ...process.env, [key]: path, NEXT_TELEMETRY_DISABLED: "1" };
  // Whether this is production is decided by the task, not by the shell it was started from.
  Reflect.deleteProperty(env, "NODE_ENV");
  return env;
}

/** @param {NodeJS.ProcessEnv} env @param {"production" | "development"} mode @returns {NodeJS.ProcessEnv} */
export function withMode(env, mode) {
  return { ...env, NODE_ENV: mode };
}

/** @param {readonly string[]} folders @returns {string | null} */
function currentNode(folders) {
  const pin = pinFor(readJson(join(ROOT, "package.json")) ?? {}, process.platform, process.arch);
  if (pin === null) return isOwnNodeGoodEnough(process.versions.node) ? process.execPath : null;
  const found = folders.map((folder) => findPinned(folder, pin)).find((binary) => binary !== null && runs(binary, pin.version));
  return found ?? null;
}

/** @param {string} reason */
function install(reason) {
  const node = nodeForInstall();
  say(`Installing dependencies (${reason}) …`);
  const startedMs = Date.now();
  npm(node, ROOT, ["ci", "--include=dev", "--include=optional", "--ignore-scripts", "--no-audit", "--no-fund"]);
  say(`Installed in ${elapsed(startedMs)}.`);
}

/**
 * The Node that runs `npm ci`. It must not lie in node_modules, which npm removes first; and it must be the pinned one already,
 * because npm under an older Node silently resolves older packages.
 */
function nodeForInstall() {
  const pin = pinFor(readJson(join(ROOT, "package.json")) ?? {}, process.platform, process.arch);
  if (pin === null) return ownNode();
  const runtimeModules = join(RUNTIME_DIR, "node_modules");
  const ready = findPinned(runtimeModules, pin);
  if (ready !== null && runs(ready, pin.version)) return ready;
  if (process.versions.node === pin.version && !process.execPath.startsWith(join(ROOT, "node_modules"))) return process.execPath;

  if (findPinned(join(ROOT, "node_modules"), pin) !== null) copyRuntime(pin.name);
  else downloadRuntime(pin);
  const installed = findPinned(runtimeModules, pin);
  return installed !== null && runs(installed, pin.version) ? installed : ownNode();
}

function ownNode() {
  if (isOwnNodeGoodEnough(process.versions.node)) return process.execPath;
  throw new BootstrapError(noNodeMessage(process.platform, process.arch, process.versions.node));
}

/** Copies beside and renames, so that an interrupted copy is never taken for a whole one. @param {string} name */
function copyRuntime(name) {
  const target = join(RUNTIME_DIR, "node_modules", name);
  const partial = `${target}.partial-${process.pid}`;
  mkdirSync(dirname(target), { recursive: true });
  cpSync(join(ROOT, "node_modules", name), partial, { recursive: true });
  rmSync(target, { recursive: true, force: true });
  renameSync(partial, target);
}

/** @param {import("./pinned-node.js").Pin} pin */
function downloadRuntime(pin) {
  say(`Fetching Node ${pin.version} (this machine runs ${process.versions.node}) …`);
  mkdirSync(RUNTIME_DIR, { recursive: true });
  const flags = ["--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"];
  npm(process.execPath, RUNTIME_DIR, ["install", "--prefix", RUNTIME_DIR, ...flags, `${pin.name}@${pin.version}`]);
}

/**
 * Runs npm by `node`; its output is shown only when it failed.
 * @param {string} node @param {string} cwd @param {readonly string[]} args
 */
function npm(node, cwd, args) {
  const script = process.env["npm_execpath"] ?? "";
  const viaScript = script.endsWith("npm-cli.js") && existsSync(script);
  const command = viaScript ? node : process.platform === "win32" ? "npm.cmd" : "npm";
  const done = spawnSync(command, viaScript ? [script, ...args] : [...args], {
    cwd,
    env: environmentWith(node),
    encoding: "utf8",
    timeout: INSTALL_TIMEOUT_MS,
    maxBuffer: 64 * 1024 * 1024,
    shell: !viaScript && process.platform === "win32",
  });
  if (done.status === 0) return;
  const output = `${done.stdout ?? ""}${done.stderr ?? ""}`.trim().split("\n").slice(-40).join("\n");
  const cause = done.error === undefined ? `exit code ${done.status ?? done.signal}` : done.error.message;
  throw new BootstrapError(`${output}\nnpm ${args[0]} failed (${cause}). Is the package registry reachable? Start again to retry.`);
}

/** @param {string} path */
function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}
