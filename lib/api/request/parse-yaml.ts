/**
 * Reads YAML that anybody may have written, without letting it harm the engine: no aliases, no duplicate keys, no second document, every
 * key a string (`1.10` stays `1.10`).
 *
 * The parser runs in a process of its own, with a deadline and a small heap. 1 MiB of nonsense can keep it busy for ten seconds, fill
 * hundreds of megabytes, or, by very deep indentation, end the process inside V8's regular expression compiler; a worker thread would
 * take the engine with it.
 */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Refusal } from "../../model/index.ts";
import { err, ok, type Result } from "../../std/index.ts";
import { refusal } from "../answer.ts";

const DEADLINE_MS = 3000;
const HEAP_MB = 256;
/** Documents parsed at the same time; more wait for their turn. */
const PARALLEL_MAX = 2;
const WAITING_MAX = 32;
const PARSER = fileURLToPath(new URL("./yaml-process.ts", import.meta.url));

/** What the parser's process answers. */
export type YamlOutcome = { readonly value: unknown } | { readonly problem: string };

let running = 0;
const waiting: (() => void)[] = [];

/** The value, or what is wrong and where; `engine.not-ready` when too many are being read already. */
export async function parseYaml(text: string): Promise<Result<unknown, Refusal>> {
  if (waiting.length >= WAITING_MAX) {
    const fix = "Try again in a moment.";
    return err(refusal({ path: "", code: "engine.not-ready", detail: "Too many YAML documents are being read at once.", fix }));
  }
  if (running >= PARALLEL_MAX) await new Promise<void>((resolve) => waiting.push(resolve));
  running++;
  try {
    const outcome = await parseApart(text);
    if (!("problem" in outcome)) return ok(outcome.value);
    return err(refusal({ path: "", code: "input.malformed", detail: outcome.problem, fix: "Correct the YAML at that place." }));
  } finally {
    running--;
    waiting.shift()?.();
  }
}

function parseApart(text: string): Promise<YamlOutcome> {
  return new Promise((resolve) => {
    const parser = fork(PARSER, {
      env: { NODE_ENV: "production" },
      execArgv: [`--max-old-space-size=${HEAP_MB}`],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      timeout: DEADLINE_MS,
      killSignal: "SIGKILL",
    });
    parser.once("message", (outcome) => resolve(outcome as YamlOutcome));
    parser.once("error", () => resolve({ problem: "The YAML could not be read." }));
    // After an answer this is too late to change it.
    parser.once("exit", () => resolve({ problem: "The YAML is too complex to read." }));
    parser.send(text);
  });
}
