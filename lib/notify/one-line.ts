const SAID_MAX = 300;
const CONTROL = /\p{Cc}+/gu;

/** What another side said, as one line that can be shown. */
export function oneLine(text: string): string {
  const line = text.replace(CONTROL, " ").trim();
  return line.length <= SAID_MAX ? line : `${line.slice(0, SAID_MAX - 1)}…`;
}
