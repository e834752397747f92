import { StringDecoder } from "node:string_decoder";

const LINE_CHARS_MAX = 8_192;

/** Turns chunks of output into lines, characters cut by a chunk's end included. A line without an end is cut at 8 192 characters. */
export function createLineSplitter(onLine: (line: string) => void): { push(chunk: Buffer): void; end(): void } {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  const emitWhole = () => {
    const lines = rest.split(/\r?\n/);
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
    while (rest.length > LINE_CHARS_MAX) {
      onLine(rest.slice(0, LINE_CHARS_MAX));
      rest = rest.slice(LINE_CHARS_MAX);
    }
  };
  return {
    push(chunk) {
      rest += decoder.write(chunk);
      emitWhole();
    },
    end() {
      rest += decoder.end();
      emitWhole();
      if (rest !== "") onLine(rest);
      rest = "";
    },
  };
}
