import type { ChangeAuthor, ChangeVia } from "../../model/index.ts";

const AUTHOR_CHARS_MAX = 128;

/**
 * Who asks, as the client says until sign-in exists. `x-interlock-author` is UTF-8 or percent-encoded UTF-8 (browsers cannot send
 * anything but Latin-1 in a header); control characters are dropped.
 */
export function readAuthor(header: (name: string) => string | undefined, reason: string, via?: ChangeVia): ChangeAuthor {
  const name = decodeHeader(header("x-interlock-author") ?? "")
    .replace(/\p{Cc}/gu, "")
    .trim();
  const said = header("x-interlock-via");
  return {
    author: name.slice(0, AUTHOR_CHARS_MAX) || "anonymous",
    via: via ?? (said === "console" || said === "cli" ? said : "api"),
    reason,
  };
}

function decodeHeader(text: string): string {
  const utf8 = Buffer.from(text, "latin1").toString("utf8");
  const raw = utf8.includes("\uFFFD") ? text : utf8;
  try {
    return decodeURIComponent(raw);
  } catch {
    return raw;
  }
}
