/**
 * Runs every `bench/*.bench.ts` in turn, each in a process of its own so that none inherits another's heap, and prints one table.
 * Usage: node bench/run.ts [--short] [part of a file name …]. Writes bench/results/latest.json. A bench that breaks is reported
 * in the table and makes the run fail; a missed goal does not, for machines differ: goals are judged by reading the table.
 */
import { fork } from "node:child_process";
import { globSync, mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type BenchRow, renderTable } from "./bench-table.ts";

const FOLDER = import.meta.dirname;
const BENCH_TIMEOUT_MS = 15 * 60_000;

interface Outcome {
  readonly file: string;
  readonly rows: readonly BenchRow[];
  readonly error: string | null;
}

if (process.send !== undefined && process.argv[2] === "--one") await runOne(process.argv[3] ?? "", process.argv.includes("--short"));
else await runAll(process.argv.slice(2));

async function runAll(args: readonly string[]): Promise<void> {
  const short = args.includes("--short");
  const wanted = args.filter((arg) => !arg.startsWith("--"));
  const files = globSync("*.bench.ts", { cwd: FOLDER }).toSorted();
  const chosen = files.filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)));
  if (chosen.length === 0) throw new Error(`No bench matches. There are: ${files.map((file) => basename(file, ".bench.ts")).join(", ")}`);

  const outcomes: Outcome[] = [];
  for (const file of chosen) {
    console.error(`bench ${basename(file, ".bench.ts")} …`);
    outcomes.push(await runInProcess(file, short));
  }
  const rows = outcomes.flatMap((outcome) => outcome.rows);
  console.log(renderTable(rows));
  for (const { file, error } of outcomes) {
    if (error !== null) console.log(`\n${file} broke: ${error}`);
  }
  mkdirSync(join(FOLDER, "results"), { recursive: true });
  const machine = { node: process.version, cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length };
  const result = { at: new Date().toISOString(), short, machine, outcomes };
  writeFileSync(join(FOLDER, "results", "latest.json"), `${JSON.stringify(result, null, 2)}\n`);
  process.exitCode = outcomes.some((outcome) => outcome.error !== null) ? 1 : 0;
}

function runInProcess(file: string, short: boolean): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = fork(import.meta.filename, ["--one", file, ...(short ? ["--short"] : [])], {
      execArgv: ["--disable-warning=ExperimentalWarning", "--expose-gc"],
    });
    let outcome: Outcome | null = null;
    const timer = setTimeout(() => child.kill("SIGKILL"), BENCH_TIMEOUT_MS);
    child.on("message", (message) => {
      outcome = message as Outcome;
    });
    child.on("exit", (code, signal) => {
      clearTimeout(timer);
      resolve(outcome ?? { file, rows: [], error: `ended with ${signal ?? `exit code ${code}`} before its rows` });
    });
  });
}

async function runOne(file: string, short: boolean): Promise<void> {
  const outcome = await measure(file, short);
  process.send?.(outcome, () => process.exit(0));
}

async function measure(file: string, short: boolean): Promise<Outcome> {
  try {
    const bench: { run(options: { short: boolean }): Promise<BenchRow[]> } = await import(pathToFileURL(join(FOLDER, file)).href);
    return { file, rows: await bench.run({ short }), error: null };
  } catch (error) {
    return { file, rows: [], error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
