import { resolve } from "node:path";
import { type ApiClient, createApiClient } from "../client/index.ts";
import { askingClient } from "./asking-client.ts";
import type { CliIo } from "./cli-io.ts";
import { UsageError } from "./exit-code.ts";
import { createPaint, type Paint } from "./paint.ts";
import { printable } from "./printable.ts";
import { type Cell, type Column, renderTable } from "./render-table.ts";

/** Options that every command has. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly api: string;
  /** Instead of doing it: ask a second person, and why. */
  readonly ask?: string;
  /** The approval of a second person that the command uses up. */
  readonly approval?: string;
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

/** Where the engine listens unless `--api` says otherwise: `INTERLOCK_API`, else the port that the engine itself is told. */
export function defaultApi(env: CliIo["env"]): string {
  return env["INTERLOCK_API"] || `http://127.0.0.1:${env["INTERLOCK_API_PORT"] || "4600"}`;
}

/** Colours only on a terminal, for text, and not against the user's will. */
export function paintFor(io: CliIo, json: boolean): Paint {
  return createPaint(!json && io.isTerminal && (io.env["NO_COLOR"] ?? "") === "");
}

/** Throws `UsageError` where the address of the engine is none. */
export function createContext(io: CliIo, options: GlobalOptions): CliContext {
  const json = options.json === true;
  const apiUrl = parseAddress(options.api);
  const author = io.userName();
  const approval: Readonly<Record<string, string>> = options.approval === undefined ? {} : { "x-interlock-approval": options.approval };
  const direct = createApiClient({
    baseUrl: apiUrl,
    headers: () => ({ "x-interlock-author": author, "x-interlock-via": "cli", ...approval, ...tokenHeader(io, apiUrl) }),
  });
  const client = options.ask === undefined ? direct : askingClient(direct, options.ask);
  const paint = paintFor(io, json);
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

/** The token is for the engine beside us, never for another machine. */
function tokenHeader(io: CliIo, apiUrl: string): Readonly<Record<string, string>> {
  if (!["127.0.0.1", "localhost", "[::1]"].includes(new URL(apiUrl).hostname)) return {};
  const token = io.localToken(resolve(io.env["INTERLOCK_DATA"] || ".interlock"));
  return token === null ? {} : { "x-interlock-token": token };
}

function parseAddress(text: string): string {
  const address = text.replace(/\/+$/, "");
  if (/^https?:\/\//.test(address) && URL.canParse(address)) return address;
  throw new UsageError(`"${text}" is not an address of the engine; write for example http://127.0.0.1:4600.`);
}

function printableClient(client: ApiClient): ApiClient {
  return {
    call: async (key, ...request) => printable(await client.call(key, ...request)),
    callWithMeta: async (key, ...request) => printable(await client.callWithMeta(key, ...request)),
    send: async (request, id) => printable(await client.send(request, id)),
  };
}
