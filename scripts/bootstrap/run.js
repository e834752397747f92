import { spawn } from "node:child_process";
import { ROOT } from "./paths.js";

const PARENT_POLL_MS = 200;

/**
 * Runs a command to its end with our terminal and returns its exit code (128 + n for signal n, as a shell does). Ctrl-C reaches the
 * command by itself, being in the same terminal; a signal sent to us alone is passed on, so that nothing is left behind.
 * @param {string} command @param {readonly string[]} args
 * @param {{ env: NodeJS.ProcessEnv, channel?: boolean, cwd?: string }} options `channel`: an IPC channel whose end tells the command that
 *   we died; `cwd`: the project's folder when absent
 * @returns {Promise<number>}
 */
export function run(command, args, options) {
  return new Promise((resolve, reject) => {
    const stdio = /** @type {import("node:child_process").StdioOptions} */ (options.channel ? [0, 1, 2, "ipc"] : [0, 1, 2]);
    const child = spawn(command, [...args], { cwd: options.cwd ?? ROOT, env: options.env, stdio });
    const pass = () => child.kill("SIGTERM");
    const signals = /** @type {NodeJS.Signals[]} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
    for (const signal of signals) process.on(signal, pass);
    const stopWatching = onParentGone(pass);
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      for (const name of signals) process.off(name, pass);
      stopWatching();
      resolve(code ?? 128 + (signal === "SIGKILL" ? 9 : signal === "SIGINT" ? 2 : 15));
    });
  });
}

/**
 * npm runs us by way of a shell, and a signal sent to npm ends that shell without reaching us. So under npm the end of our parent
 * means what the signal would have meant; elsewhere (a shell that put us into the background and left) it means nothing.
 * @param {() => void} onGone @returns {() => void} stops watching
 */
function onParentGone(onGone) {
  if (process.env["npm_lifecycle_event"] === undefined) return () => {};
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, PARENT_POLL_MS);
  timer.unref();
  return () => clearInterval(timer);
}
