/**
 * Finds a Chromium for the browser stories, in this order: INTERLOCK_BROWSER, one installed on the machine, Playwright's own
 * download, that download made now where its host is reachable, `apt-get` as root. A candidate counts only when it answers
 * `--version`: on Ubuntu `chromium-browser` is a stub that merely says how to install one.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { ROOT } from "./paths.js";
import { BootstrapError, say } from "./say.js";

const NAMES = ["chromium", "google-chrome", "google-chrome-stable", "chromium-browser", "chrome"];
const PLACES = [
  "/usr/bin/chromium",
  "/snap/bin/chromium",
  "/opt/google/chrome/chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];
const DOWNLOAD_HOST = "https://cdn.playwright.dev/";
const REACH_TIMEOUT_MS = 4_000;
const DOWNLOAD_TIMEOUT_MS = 240_000;
const APT_TIMEOUT_MS = 300_000;

/**
 * The path of a browser that starts; says which. Throws a BootstrapError when there is none and none can be installed.
 * @param {import("./install.js").Runtime} runtime
 * @returns {Promise<string>}
 */
export async function findBrowser(runtime) {
  const named = process.env["INTERLOCK_BROWSER"];
  if (named !== undefined && named !== "") return report(checkNamed(named), "named by INTERLOCK_BROWSER");
  const system = firstThatRuns(candidates(process.env["PATH"] ?? ""));
  if (system !== null) return report(system, "found on this machine");
  const own = firstThatRuns(playwrightPaths(runtime));
  if (own !== null) return report(own, "downloaded by Playwright");

  const downloaded = await download(runtime);
  if (downloaded !== null) return report(downloaded, "downloaded by Playwright just now");
  const installed = installWithApt();
  if (installed !== null) return report(installed, "installed by apt-get just now");
  throw new BootstrapError(
    "No Chromium found, Playwright's download host is not reachable and apt-get could not install one. " +
      "Install chromium, or set INTERLOCK_BROWSER to the path of a Chromium or Chrome.",
  );
}

/**
 * Where a browser may lie: every name in every folder of PATH, then the usual places, without doubles.
 * @param {string} path the PATH variable
 * @returns {string[]}
 */
export function candidates(path) {
  const folders = path.split(delimiter).filter((folder) => folder !== "");
  const inPath = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...new Set([...inPath, ...PLACES])];
}

/** @param {string} path */
function checkNamed(path) {
  if (versionOf(path) !== null) return path;
  throw new BootstrapError(`INTERLOCK_BROWSER is ${path}, which does not start: set it to the path of a Chromium or Chrome, or unset it.`);
}

/** @param {string} path @param {string} how */
function report(path, how) {
  say(`Browser: ${versionOf(path)}, ${path} (${how}).`);
  return path;
}

/** @param {readonly string[]} paths @returns {string | null} */
function firstThatRuns(paths) {
  return paths.find((path) => existsSync(path) && versionOf(path) !== null) ?? null;
}

/** @param {string} path @returns {string | null} */
function versionOf(path) {
  const answer = spawnSync(path, ["--version", "--no-sandbox"], { encoding: "utf8", timeout: 15_000 });
  const line = (answer.stdout ?? "").trim().split("\n")[0] ?? "";
  return answer.status === 0 && /chrom/i.test(line) ? line : null;
}

/** @param {import("./install.js").Runtime} runtime @returns {string[]} */
function playwrightPaths(runtime) {
  const ask = 'import("playwright").then((p) => console.log(p.chromium.executablePath()))';
  const answer = spawnSync(runtime.node, ["-e", ask], { cwd: ROOT, env: runtime.env, encoding: "utf8", timeout: 20_000 });
  return answer.status === 0 ? [answer.stdout.trim()] : [];
}

/** @param {import("./install.js").Runtime} runtime @returns {Promise<string | null>} */
async function download(runtime) {
  const reachable = await fetch(DOWNLOAD_HOST, { method: "HEAD", signal: AbortSignal.timeout(REACH_TIMEOUT_MS) }).then(
    () => true,
    () => false,
  );
  if (!reachable) return null;
  say("Downloading Chromium with Playwright …");
  const cli = join(ROOT, "node_modules", "playwright", "cli.js");
  spawnSync(runtime.node, [cli, "install", "chromium"], { cwd: ROOT, env: runtime.env, stdio: "ignore", timeout: DOWNLOAD_TIMEOUT_MS });
  return firstThatRuns(playwrightPaths(runtime));
}

/** @returns {string | null} */
function installWithApt() {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return null;
  say("Installing Chromium with apt-get …");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const args of [["update"], ["install", "-y", "--no-install-recommends", "chromium", "fonts-liberation"]]) {
    spawnSync("/usr/bin/apt-get", args, { env, stdio: "ignore", timeout: APT_TIMEOUT_MS });
  }
  return firstThatRuns(candidates(process.env["PATH"] ?? ""));
}
