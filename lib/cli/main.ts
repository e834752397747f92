import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { askSupervisor, readLocalToken } from "../supervisor/index.ts";
import { runCli } from "./index.ts";

/** Processes of the mesh that can be started by name, one at a time, instead of all together by `npm start`. */
const PROCESSES = new Map([
  ["engine", "../engine/main.ts"],
  ["console", "../console/main.ts"],
  ["proxy", "../dataplane/main.ts"],
]);

const [, , name = "", ...rest] = process.argv;
// `interlock proxy restart` is a question to a mesh that runs, not a process.
const entry = name === "proxy" && rest[0] === "restart" ? undefined : PROCESSES.get(name);
if (entry === undefined) {
  process.exitCode = await runCli(process.argv.slice(2), nodeIo());
} else {
  const url = new URL(entry, import.meta.url);
  process.argv = [process.execPath, fileURLToPath(url), ...rest];
  await import(url.href);
}

function nodeIo() {
  const interrupt = new AbortController();
  process.once("SIGINT", () => interrupt.abort());
  process.once("SIGTERM", () => interrupt.abort());
  // Whoever read our output has seen enough (`interlock events | head`).
  process.stdout.on("error", () => process.exit());
  return {
    version: (JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string }).version,
    env: process.env,
    isTerminal: process.stdout.isTTY === true,
    write: (output: string) => void process.stdout.write(output),
    writeError: (output: string) => void process.stderr.write(output),
    readText: (file: string) => (file === "-" ? text(process.stdin) : readFile(file, "utf8")),
    userName,
    nowMs: () => Date.now(),
    askSupervisor,
    localToken: readLocalToken,
    interrupted: interrupt.signal,
  };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a user id that nobody has named.
    return process.env["USER"] ?? "unknown";
  }
}
