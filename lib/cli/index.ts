/**
 * The `interlock` command: what the console can do, from a terminal, a script or CI. Talks to the engine's API and to nothing else.
 * In: arguments, environment, files named by `-f`. Out: text for people, or with `--json` the API's own answer; an exit code.
 *
 * Invariants:
 * - exit codes: 0 done or safe, 1 refused or not safe, 2 usage, 3 unreachable or unreadable, 4 unknown (can-i-shift);
 * - with `--json` standard output holds one JSON document (`events --follow`: one per line), refusals included;
 * - a write carries the `rev` that was read just before it, so a change that came in between is refused and never overwritten;
 * - text from the mesh never reaches the terminal with control characters in it; colour only on a terminal and without NO_COLOR.
 *
 * It decides nothing about the mesh: every judgement in its output comes from the engine.
 */
export type { CliIo } from "./cli-io.ts";
export { runCli } from "./run-cli.ts";
