/** A piece of a find text, with where it stands. */
export interface Token {
  readonly kind: "word" | "text" | "operator" | "open" | "close" | "colon";
  readonly text: string;
  /** First character, counted from 0. */
  readonly start: number;
  /** One after the last character. */
  readonly end: number;
}

const SINGLE: Readonly<Record<string, Token["kind"]>> = { "(": "open", ")": "close", ":": "colon" };

/** Cuts a find text into tokens; a quoted text is one token without its quotes, also where the closing quote is missing. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text[at] ?? "";
    if (/\s/.test(character)) {
      at++;
      continue;
    }
    const token = readToken(text, at, character);
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

function readToken(text: string, start: number, character: string): Token {
  const single = SINGLE[character];
  if (single) return { kind: single, text: character, start, end: start + 1 };
  if (character === '"') {
    const close = text.indexOf('"', start + 1);
    const end = close < 0 ? text.length : close;
    return { kind: "text", text: text.slice(start + 1, end), start, end: close < 0 ? end : end + 1 };
  }
  const operator = /^(>=|<=|!=|>|<|=)/.exec(text.slice(start, start + 2))?.[0];
  if (operator) return { kind: "operator", text: operator, start, end: start + operator.length };
  const word = /^[^\s():"<>=!]+/.exec(text.slice(start))?.[0] ?? character;
  return { kind: "word", text: word, start, end: start + word.length };
}
