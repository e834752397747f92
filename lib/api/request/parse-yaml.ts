/**
 * Reads YAML that anybody may have written, without letting it harm the engine: no aliases, no duplicate keys, no second document, every
 * key a string (`1.10` stays `1.10`).
 *
 * The parser runs in a worker with a deadline, because 1 MiB of nonsense can keep it busy for ten seconds. Before that the text is
 * scanned for depth: very deep indentation ends the whole process inside V8's regular expression compiler, worker or not.
 */
import { Worker } from "node:worker_threads";
import { err, ok, type Result } from "../../std/index.ts";

const DEADLINE_MS = 3000;
/** Columns before content (`- - - x` counts as well) and open brackets at once. */
const INDENT_MAX = 256;
const BRACKETS_MAX = 200;
const WORKER_HEAP_MB = 256;
/** Documents parsed at the same time; more wait for their turn. */
const WORKERS_MAX = 2;

/** What the worker answers. */
export type YamlOutcome = { readonly value: unknown } | { readonly problem: string };

let running = 0;
const waiting: (() => void)[] = [];

/** The value, or one sentence about what is wrong and where. */
export async function parseYaml(text: string): Promise<Result<unknown, string>> {
  if (isTooDeep(text)) return err(`The YAML is nested too deeply (${INDENT_MAX} columns, ${BRACKETS_MAX} brackets).`);
  if (running >= WORKERS_MAX) await new Promise<void>((resolve) => waiting.push(resolve));
  running++;
  try {
    const outcome = await parseInWorker(text);
    return "problem" in outcome ? err(outcome.problem) : ok(outcome.value);
  } finally {
    running--;
    waiting.shift()?.();
  }
}

function parseInWorker(text: string): Promise<YamlOutcome> {
  const worker = new Worker(new URL("./yaml-worker.ts", import.meta.url), {
    workerData: text,
    resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MB },
  });
  return new Promise<YamlOutcome>((resolve) => {
    const deadline = setTimeout(() => resolve({ problem: `The YAML takes longer than ${DEADLINE_MS} ms to read.` }), DEADLINE_MS);
    const settle = (outcome: YamlOutcome) => {
      clearTimeout(deadline);
      resolve(outcome);
    };
    worker.once("message", settle);
    worker.once("error", () => settle({ problem: "The YAML is too complex to read." }));
  }).finally(() => void worker.terminate());
}

/** Conservative: brackets count in strings too, but only as far as they are unbalanced. */
function isTooDeep(text: string): boolean {
  let open = 0;
  for (const line of text.split(/\r\n|\r|\n/)) {
    const prefix = /^(?:[ \t]|[-?:](?=[ \t])|[&!][^ \t]*(?=[ \t]))*/.exec(line)?.[0].length ?? 0;
    if (prefix > INDENT_MAX) return true;
    for (const bracket of line.match(/[[\]{}]/g) ?? []) {
      open += bracket === "[" || bracket === "{" ? 1 : open > 0 ? -1 : 0;
      if (open > BRACKETS_MAX) return true;
    }
  }
  return false;
}
