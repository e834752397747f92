/** The world around the command, so that a test can be one. */
export interface CliIo {
  /** Version of Interlock. */
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether standard output is a terminal. */
  readonly isTerminal: boolean;
  write(text: string): void;
  writeError(text: string): void;
  /** Text of a file; `-` is standard input. Rejects when it cannot be read. */
  readText(file: string): Promise<string>;
  /** Name of the operating system's user. */
  userName(): string;
  nowMs(): number;
  /** Asks the supervisor of a data folder; null where none runs there. */
  askSupervisor(dataDir: string, request: string): Promise<{ readonly ok: boolean; readonly sentences: readonly string[] } | null>;
  /** The local token of a data folder; null where there is none. */
  localToken(dataDir: string): string | null;
  /** Aborted when the user wants a command that follows something to end. */
  readonly interrupted: AbortSignal;
}
