import fc from "fast-check";
import { expect, test } from "vitest";
import { createEventStreamParser, type StreamedEvent } from "./event-stream-parser.ts";

const STREAM = new TextEncoder().encode(
  '\uFEFF: a comment\r\nevent: snapshot\r\nid: boot-1-2\r\ndata: {"name":"zähler 漢字 🚀"}\r\n\r\ndata: one\rdata:two\r\rid: 7\n\nevent: delta\ndata:  x\n\nretry: 9\nevent: lost\n\ndata\n\n',
);

const EVENTS: StreamedEvent[] = [
  { event: "snapshot", id: "boot-1-2", data: '{"name":"zähler 漢字 🚀"}' },
  { event: "message", id: "boot-1-2", data: "one\ntwo" },
  { event: "delta", id: "7", data: " x" },
  { event: "message", id: "7", data: "" },
];

function parseInPieces(bytes: Uint8Array, cuts: readonly number[]): StreamedEvent[] {
  const parser = createEventStreamParser();
  const edges = [0, ...cuts.toSorted((left, right) => left - right), bytes.length];
  return edges.slice(1).flatMap((end, index) => parser.push(bytes.subarray(edges[index], end)));
}

test("an event stream reads the same, wherever it is cut in two", () => {
  for (let cut = 0; cut <= STREAM.length; cut++) expect(parseInPieces(STREAM, [cut])).toEqual(EVENTS);
});

test("an event stream reads the same byte by byte", () => {
  expect(parseInPieces(STREAM, [...STREAM.keys()])).toEqual(EVENTS);
});

test("any events in any pieces come out as they went in", () => {
  const line = fc.string({ unit: "grapheme" }).map((text) => text.replace(/[\r\n\0]/g, ""));
  const event = fc.record({
    event: line.filter((text) => text !== "" && !text.startsWith(" ")),
    id: line.filter((text) => !text.startsWith(" ")),
    data: line,
  });
  fc.assert(
    fc.property(
      fc.array(event, { maxLength: 8 }),
      fc.array(fc.nat(), { maxLength: 12 }),
      fc.constantFrom("\n", "\r", "\r\n"),
      (events, cuts, end) => {
        const text = events.map(({ event, id, data }) => `event: ${event}${end}id: ${id}${end}data: ${data}${end}${end}`).join("");
        const bytes = new TextEncoder().encode(text);
        expect(
          parseInPieces(
            bytes,
            cuts.map((cut) => cut % (bytes.length + 1)),
          ),
        ).toEqual(events);
      },
    ),
  );
});
