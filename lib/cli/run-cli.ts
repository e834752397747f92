import { CommanderError } from "commander";
import { createContext, DEFAULT_API } from "./cli-context.ts";
import type { CliIo } from "./cli-io.ts";
import { createProgram } from "./create-program.ts";
import { EXIT } from "./exit-code.ts";
import { createPaint } from "./paint.ts";
import { reportProblem } from "./report-problem.ts";

/** Runs one command line (without program and script) and returns its exit code. */
export async function runCli(args: readonly string[], io: CliIo): Promise<number> {
  let exitCode: number = EXIT.done;
  const program = createProgram(io, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...args], { from: "user" });
    return exitCode;
  } catch (error) {
    // Commander has written its message already; help that was asked for is no error.
    if (error instanceof CommanderError)
      return error.code === "commander.helpDisplayed" || error.code === "commander.version" ? EXIT.done : EXIT.usage;
    const { json, api } = program.opts<{ json?: boolean; api?: string }>();
    const paint = json === true ? createPaint(false) : createContext(io, { api: api ?? DEFAULT_API }).paint;
    return reportProblem(error, io, { json: json === true, apiUrl: api ?? DEFAULT_API, paint });
  }
}
