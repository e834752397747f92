import { parseDocument } from "yaml";
import type { CliIo } from "./cli-io.ts";
import { UnreadableError } from "./exit-code.ts";

/** Longest document that is read: the engine takes no longer body. */
const CHARS_MAX = 1024 * 1024;

/** Reads a YAML or JSON file (`-`: standard input) as a plain value; throws `UnreadableError` that names file and line. */
export async function readDocument(io: CliIo, file: string): Promise<unknown> {
  const text = await io.readText(file).catch((error: unknown) => {
    throw new UnreadableError(`Cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
  });
  if (text.length > CHARS_MAX) throw new UnreadableError(`${file} is larger than 1 MiB.`);
  const document = parseDocument(text, { uniqueKeys: true, stringKeys: true, prettyErrors: true });
  const [problem] = document.errors;
  if (problem !== undefined)
    throw new UnreadableError(`${file} is not YAML or JSON: ${problem.message.split("\n")[0]?.replace(/:$/, ".")}`);
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new UnreadableError(`${file} cannot be resolved: ${error instanceof Error ? error.message : String(error)}`);
  }
}
