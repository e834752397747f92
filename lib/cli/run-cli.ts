import { CommanderError } from "commander";
import { defaultApi, paintFor } from "./cli-context.ts";
import type { CliIo } from "./cli-io.ts";
import { createProgram } from "./create-program.ts";
import { EXIT } from "./exit-code.ts";
import { reportProblem } from "./report-problem.ts";

/** Runs one command line (without program and script) and returns its exit code. */
export async function runCli(args: readonly string[], io: CliIo): Promise<number> {
  let exitCode: number = EXIT.done;
  const program = createProgram(io, (code) => {
    exitCode = code;
  });
  try {
    const isAboutUs = args[0] === "--version";
    await program.parseAsync(isAboutUs ? ["--cli-version"] : [...args], { from: "user" });
    return exitCode;
  } catch (error) {
    // Commander has written its message already; help that was asked for is no error.
    if (error instanceof CommanderError)
      return error.code === "commander.helpDisplayed" || error.code === "commander.version" ? EXIT.done : EXIT.usage;
    const { json = false, api = defaultApi(io.env) } = program.opts<{ json?: boolean; api?: string }>();
    return reportProblem(error, io, { json, apiUrl: api, paint: paintFor(io, json) });
  }
}
