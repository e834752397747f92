const LINES_MAX = 30;
const WINDOW_MS = 10_000;

/** Passes lines on to the terminal, at most 30 in 10 s; of the rest it says how many there were. All of them are in the log file. */
export function createEcho(say: (line: string) => void, nowMs: () => number = () => performance.now()): (line: string) => void {
  let windowStartMs = Number.NEGATIVE_INFINITY;
  let count = 0;
  return (line) => {
    if (nowMs() - windowStartMs >= WINDOW_MS) {
      if (count > LINES_MAX) say(`… ${count - LINES_MAX} more lines in the log file`);
      windowStartMs = nowMs();
      count = 0;
    }
    count += 1;
    if (count <= LINES_MAX) say(line);
  };
}
