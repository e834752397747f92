/**
 * Reads and parses request bodies within limits: `BODY_BYTES_MAX` bytes, `JSON_DEPTH_MAX` levels, the media types of the operation.
 * The depth is counted on the text before any parser sees it. Each failure is a refusal that says what to send instead.
 */
import type { Refusal } from "../../model/index.ts";
import { err, ok, type Result } from "../../std/index.ts";
import { refusal } from "../answer.ts";
import { parseYaml } from "./parse-yaml.ts";

/** Largest body that is read; a larger one is refused with 413. */
export const BODY_BYTES_MAX = 1024 * 1024;
/** Deepest nesting of JSON that is read. */
const JSON_DEPTH_MAX = 64;

/** Collects a body; stops reading at the limit. */
export async function readBody(request: Request): Promise<Result<Uint8Array, Refusal>> {
  const tooLarge = err(
    refusal({
      path: "",
      code: "input.too-large",
      detail: `The body is larger than ${BODY_BYTES_MAX} bytes.`,
      fix: "Send less at once: split the manifest or the change set.",
    }),
  );
  if (Number(request.headers.get("content-length") ?? 0) > BODY_BYTES_MAX) return tooLarge;
  if (request.body === null) return ok(new Uint8Array());
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request.body) {
      bytes += chunk.byteLength;
      if (bytes > BODY_BYTES_MAX) return tooLarge;
      chunks.push(chunk);
    }
  } catch {
    return malformed("The body broke off.", "Send the request again.");
  }
  return ok(Buffer.concat(chunks));
}

/** Which of the accepted media types a body has; a body without content type is refused too. */
export function checkMediaType(contentType: string | undefined, accepted: readonly string[]): Result<string, Refusal> {
  const type = contentType?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (accepted.includes(type)) return ok(type);
  return err(
    refusal({
      path: "headers.content-type",
      code: "input.media-type",
      detail: type === "" ? "The body has no content type." : `"${type.slice(0, 100)}" is not accepted here.`,
      fix: `Send Content-Type: ${accepted.join(" or ")}.`,
    }),
  );
}

/** Turns bytes into a value: UTF-8, then JSON or YAML. */
export async function parseBody(bytes: Uint8Array, mediaType: string): Promise<Result<unknown, Refusal>> {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return malformed("The body is not UTF-8.", "Send UTF-8.");
  }
  // Libraries drop this key without a word; what is sent is either read or refused.
  if (text.includes("__proto__")) return malformed('A key is called "__proto__".', "Choose another name.");
  if (mediaType !== "application/json") return parseYaml(text);
  if (depthOf(text) > JSON_DEPTH_MAX) return malformed(`The JSON is nested deeper than ${JSON_DEPTH_MAX} levels.`, "Send flatter JSON.");
  try {
    return ok(JSON.parse(text));
  } catch (error) {
    return malformed(`The body is not JSON: ${error instanceof Error ? error.message : "unreadable"}.`, "Send one JSON value.");
  }
}

function malformed(detail: string, fix: string): Result<never, Refusal> {
  return err(refusal({ path: "", code: "input.malformed", detail, fix }));
}

/** Deepest nesting of brackets outside strings. */
function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < json.length; index++) {
    const char = json.charCodeAt(index);
    if (inString) {
      if (char === 0x5c) index++;
      else if (char === 0x22) inString = false;
    } else if (char === 0x22) inString = true;
    else if (char === 0x7b || char === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (char === 0x7d || char === 0x5d) depth--;
  }
  return deepest;
}
