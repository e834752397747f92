/** A piece of the text of an expression. What stands in the parentheses of a metric is one piece, read later. */
export type MetricToken =
  | { readonly kind: "number"; readonly at: number; readonly length: number; readonly value: number }
  | {
      readonly kind: "call";
      readonly at: number;
      readonly length: number;
      readonly name: string;
      readonly inside: string | null;
      readonly insideAt: number;
    }
  | { readonly kind: "sign"; readonly at: number; readonly length: number; readonly sign: string };

const NUMBER = /^(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?(%)?/i;
const NAME = /^[A-Za-z][A-Za-z0-9_]*(?:-[A-Za-z][A-Za-z0-9_]*)*/;

/** Cuts the text of an expression into pieces; a character that belongs to none becomes a sign of its own. */
export function tokensOf(text: string): readonly MetricToken[] {
  const tokens: MetricToken[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const space = /^\s+/.exec(rest)?.[0].length ?? 0;
    if (space > 0) {
      at += space;
      continue;
    }
    const token = numberAt(rest, at) ?? callAt(rest, at) ?? { kind: "sign" as const, at, length: 1, sign: rest[0] as string };
    tokens.push(token);
    at += token.length;
  }
  return tokens;
}

/** Percent as a share, without the dust that dividing leaves: 99.9 is 0.999. */
export function shareOf(percent: number): number {
  return Number((percent / 100).toPrecision(12));
}

function numberAt(rest: string, at: number): MetricToken | null {
  const match = NUMBER.exec(rest);
  if (match === null) return null;
  const [text, percent] = match;
  const value = Number.parseFloat(text);
  return { kind: "number", at, length: text.length, value: percent === undefined ? value : shareOf(value) };
}

function callAt(rest: string, at: number): MetricToken | null {
  const name = NAME.exec(rest)?.[0];
  if (name === undefined) return null;
  const open = /^\s*\(/.exec(rest.slice(name.length))?.[0].length;
  if (open === undefined) return { kind: "call", at, length: name.length, name, inside: null, insideAt: at + name.length };
  const start = name.length + open;
  const end = rest.indexOf(")", start);
  const inside = end === -1 ? rest.slice(start) : rest.slice(start, end);
  return { kind: "call", at, length: start + inside.length + (end === -1 ? 0 : 1), name, inside, insideAt: at + start };
}
