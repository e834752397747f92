/**
 * Reads `text/event-stream` (WHATWG HTML, section 9.2.6) incrementally: bytes in any pieces in, whole events out.
 *
 * Invariants: where the input is cut does not matter, not even inside a character or between CR and LF; an event is given out once,
 * when its blank line is complete; an event without data is dropped, but its id counts from then on. `retry:` is ignored, because the
 * reader has its own back-off. A line longer than `LINE_CHARS_MAX` is no stream of ours and throws.
 */
import { invariant } from "../std/index.ts";

/** Longest line that is accepted, in characters. */
export const LINE_CHARS_MAX = 32 * 1024 * 1024;

/** One event: its type ("message" when unnamed), the id in force, and its data. */
export interface StreamedEvent {
  readonly event: string;
  readonly id: string;
  readonly data: string;
}

export interface EventStreamParser {
  /** Takes the next bytes and returns the events that they complete. */
  push(bytes: Uint8Array): StreamedEvent[];
}

/** A parser for one connection. */
export function createEventStreamParser(): EventStreamParser {
  const decoder = new TextDecoder("utf-8");
  const fields = createFieldReader();
  // Pieces of a line that has not ended yet; joined once, so that a long line stays linear.
  let pieces: string[] = [];
  let pendingChars = 0;
  let afterCr = false;

  function endLine(last: string, events: StreamedEvent[]): void {
    const line = pieces.length === 0 ? last : pieces.join("") + last;
    pieces = [];
    pendingChars = 0;
    const event = fields.readLine(line);
    if (event !== undefined) events.push(event);
  }

  return {
    push(bytes) {
      const events: StreamedEvent[] = [];
      const text = decoder.decode(bytes, { stream: true });
      // The LF of a CRLF that was cut in two ends no second line.
      let start = afterCr && text.startsWith("\n") ? 1 : 0;
      if (text !== "") afterCr = text.endsWith("\r");
      for (let end = nextLineEnd(text, start); end !== -1; end = nextLineEnd(text, start)) {
        endLine(text.slice(start, end), events);
        start = text[end] === "\r" && text[end + 1] === "\n" ? end + 2 : end + 1;
      }
      if (start < text.length) {
        pieces.push(text.slice(start));
        pendingChars += text.length - start;
        invariant(pendingChars <= LINE_CHARS_MAX, "a line of the event stream is too long");
      }
      return events;
    },
  };
}

function nextLineEnd(text: string, from: number): number {
  const lf = text.indexOf("\n", from);
  const cr = text.indexOf("\r", from);
  if (lf === -1 || cr === -1) return Math.max(lf, cr);
  return Math.min(lf, cr);
}

/** Gathers the fields of one event after the other; returns the event on its blank line. */
function createFieldReader(): { readLine(line: string): StreamedEvent | undefined } {
  let event = "";
  let id = "";
  let data: string[] = [];

  function dispatch(): StreamedEvent | undefined {
    const complete = data.length === 0 ? undefined : { event: event === "" ? "message" : event, id, data: data.join("\n") };
    event = "";
    data = [];
    return complete;
  }

  return {
    readLine(line) {
      if (line === "") return dispatch();
      const colon = line.indexOf(":");
      const name = colon === -1 ? line : line.slice(0, colon);
      const value = colon === -1 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
      if (name === "data") data.push(value);
      else if (name === "event") event = value;
      else if (name === "id" && !value.includes("\0")) id = value;
      return undefined;
    },
  };
}
