/**
 * A command line as words and back, as a POSIX shell reads quotes: '…' as it stands, "…" with \" and \\, a backslash before any character. Nothing is expanded:
 * `$PORT` stays as it is.
 *
 * Invariant: what `commandText` writes, `commandWords` reads back as the same words.
 */
const PLAIN = /^[\w@%+=:,./^~$-]+$/;

export function commandWords(text: string): string[] {
  const words: string[] = [];
  const token = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\([\s\S])|(\s+)|([^\s'"\\]+)|(['"\\])/g;
  let word: string | null = null;
  for (const [, single, double, escaped, space, plain, stray] of text.trim().matchAll(token)) {
    if (space !== undefined) {
      if (word !== null) words.push(word);
      word = null;
      continue;
    }
    const part: string = single ?? double?.replace(/\\(["\\])/g, "$1") ?? escaped ?? plain ?? stray ?? "";
    word = (word ?? "") + part;
  }
  if (word !== null) words.push(word);
  return words;
}

export function commandText(words: readonly string[]): string {
  return words.map((word) => (PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");
}
