import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withMode } from "./install.js";
import { ROOT } from "./paths.js";
import { BootstrapError, elapsed, say } from "./say.js";

const SOURCES = ["app", "components", "lib", "public", "package-lock.json", "next.config.ts", "postcss.config.mjs", "tsconfig.json"];
const STAMP = join(ROOT, ".next", "interlock-build.json");

/**
 * Builds the console when there is no build or its sources changed since; `force` builds in any case.
 * @param {import("./install.js").Runtime} runtime @param {{ force: boolean }} options
 */
export function ensureBuilt(runtime, options) {
  const hash = hashSources(ROOT, SOURCES);
  if (!options.force && existsSync(join(ROOT, ".next", "BUILD_ID")) && readStamp() === hash) return;
  say("Building the console …");
  const startedMs = Date.now();
  const next = join(ROOT, "node_modules", "next", "dist", "bin", "next");
  const env = withMode(runtime.env, "production");
  const done = spawnSync(runtime.node, [next, "build"], { cwd: ROOT, env, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  if (done.status !== 0) throw new BootstrapError(`${done.stdout}${done.stderr}\nThe build failed; the lines above say where.`);
  writeFileSync(STAMP, `${JSON.stringify({ hash })}\n`);
  say(`Built in ${elapsed(startedMs)}.`);
}

/**
 * One hash over the names and contents of all files under `paths` that can reach the build; tests cannot.
 * @param {string} root @param {readonly string[]} paths
 */
export function hashSources(root, paths) {
  const hash = createHash("sha256");
  for (const path of paths) {
    for (const file of filesUnder(root, path))
      hash
        .update(file)
        .update("\0")
        .update(readFileSync(join(root, file)))
        .update("\0");
  }
  return hash.digest("hex");
}

/** @param {string} root @param {string} path @returns {string[]} */
function filesUnder(root, path) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (statSync(full).isFile()) return [path];
  return readdirSync(full)
    .filter((name) => !/\.(test|e2e|bench)\.tsx?$/.test(name))
    .sort()
    .flatMap((name) => filesUnder(root, join(path, name)));
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(STAMP, "utf8")).hash;
  } catch {
    return null;
  }
}
