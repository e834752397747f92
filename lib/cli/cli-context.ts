import { type ApiClient, createApiClient } from "../client/index.ts";
import type { CliIo } from "./cli-io.ts";
import { createPaint, type Paint } from "./paint.ts";
import { printable } from "./printable.ts";
import { type Cell, type Column, renderTable } from "./render-table.ts";

/** Options that every command has. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly api: string;
}

/** What a command works with. */
export interface CliContext {
  readonly io: CliIo;
  readonly json: boolean;
  readonly apiUrl: string;
  readonly author: string;
  /** Answers are as the engine gave them for `--json`, and safe to print otherwise. */
  readonly client: ApiClient;
  readonly paint: Paint;
  /** One line of text for people; silent with `--json`. */
  say(line: string): void;
  /** A table for people; silent with `--json`. */
  table(columns: readonly Column[], rows: readonly (readonly Cell[])[]): void;
  /** The document for programs; silent without `--json`. */
  document(value: unknown): void;
}

/** Where the engine listens unless `--api` or `INTERLOCK_API` says otherwise. */
export const DEFAULT_API = "http://127.0.0.1:4600";

export function createContext(io: CliIo, options: GlobalOptions): CliContext {
  const json = options.json === true;
  const apiUrl = options.api.replace(/\/+$/, "");
  const author = io.userName();
  const client = createApiClient({
    baseUrl: apiUrl,
    headers: () => ({ "x-interlock-author": author, "x-interlock-via": "cli" }),
  });
  const paint = createPaint(!json && io.isTerminal && (io.env["NO_COLOR"] ?? "") === "");
  return {
    io,
    json,
    apiUrl,
    author,
    client: json ? client : printableClient(client),
    paint,
    say: (line) => {
      if (!json) io.write(`${line}\n`);
    },
    table: (columns, rows) => {
      if (!json) io.write(`${renderTable(columns, rows, paint)}\n`);
    },
    document: (value) => {
      if (json) io.write(`${JSON.stringify(value, null, 2)}\n`);
    },
  };
}

function printableClient(client: ApiClient): ApiClient {
  return {
    call: async (key, ...request) => printable(await client.call(key, ...request)),
    callWithMeta: async (key, ...request) => printable(await client.callWithMeta(key, ...request)),
  };
}
