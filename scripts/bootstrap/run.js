import { spawn } from "node:child_process";
import { ROOT } from "./paths.js";

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
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      for (const name of signals) process.off(name, pass);
      resolve(code ?? 128 + (signal === "SIGKILL" ? 9 : signal === "SIGINT" ? 2 : 15));
    });
  });
}
