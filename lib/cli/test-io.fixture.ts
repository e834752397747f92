import { type CliIo, runCli } from "./index.ts";

export interface CliOutcome {
  readonly exitCode: number;
  readonly out: string;
  readonly error: string;
}

/** Runs a command line against an engine, as the user anna at noon, with files by name. */
export async function runTestCli(
  args: readonly string[],
  url: string,
  more: { readonly files?: Readonly<Record<string, string>>; readonly io?: Partial<CliIo> } = {},
): Promise<CliOutcome> {
  let out = "";
  let error = "";
  const exitCode = await runCli(args, {
    version: "1.2.3",
    env: { INTERLOCK_API: url },
    isTerminal: false,
    write: (text) => {
      out += text;
    },
    writeError: (text) => {
      error += text;
    },
    readText: async (file) => {
      const text = more.files?.[file];
      if (text === undefined) throw new Error("no such file");
      return text;
    },
    userName: () => "anna",
    nowMs: () => Date.parse("2026-02-01T12:00:00.000Z"),
    askSupervisor: async () => null,
    localToken: () => null,
    interrupted: new AbortController().signal,
    ...more.io,
  });
  return { exitCode, out, error };
}
