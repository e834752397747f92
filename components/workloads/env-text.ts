/**
 * Variables as lines and back: `NAME=value`. A value with line breaks stands in '…', as a shell reads it; one with carriage returns, which a text field
 * would lose, in $'…' with \r, \n, \' and \\.
 *
 * Invariant: what `envText` writes, `envOf` reads back as the same variables.
 */
const QUOTED = /([^=\n]*)=(?:\$'((?:[^'\\]|\\[\s\S])*)'|('[^']*'(?:\\''[^']*')*))[^\S\n]*(?:\n|$)/y;
const PLAIN = /([^\n]*)(?:\n|$)/y;

export function envText(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .map(([name, value]) => `${name}=${valueText(value)}`)
    .join("\n");
}

function valueText(value: string): string {
  if (value.includes("\r")) return `$'${value.replace(/[\\'\r\n]/g, (found) => ESCAPES[found] ?? found)}'`;
  return value.includes("\n") || /^\$?'/.test(value) ? `'${value.replaceAll("'", "'\\''")}'` : value;
}

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "'": "\\'", "\r": "\\r", "\n": "\\n" };

export function envOf(text: string): Record<string, string> {
  const entries: [string, string][] = [];
  for (let at = 0; at < text.length; ) {
    QUOTED.lastIndex = at;
    const quoted = QUOTED.exec(text);
    PLAIN.lastIndex = at;
    const [line = "", plain = ""] = quoted ?? PLAIN.exec(text) ?? [];
    at += line.length;
    if (quoted !== null) entries.push([plain.trim(), unquoted(quoted[2], quoted[3] ?? "")]);
    else if (plain.trim() !== "") entries.push(plainEntry(plain));
  }
  return Object.fromEntries(entries);
}

function unquoted(escaped: string | undefined, single: string): string {
  if (escaped === undefined) return single.slice(1, -1).replaceAll("'\\''", "'");
  return escaped.replace(/\\([\s\S])/g, (_, found: string) => ({ r: "\r", n: "\n" })[found] ?? found);
}

function plainEntry(line: string): [string, string] {
  const equals = line.indexOf("=");
  return equals < 0 ? [line.trim(), ""] : [line.slice(0, equals).trim(), line.slice(equals + 1)];
}
