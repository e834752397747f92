import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ChunkedDecoder, encodeChunk } from "./chunked-decoder.ts";

interface Decoded {
  readonly data: string;
  readonly trailers: string;
  readonly fault: boolean;
  readonly done: boolean;
  /** Bytes that belong to the body; told once it is done. */
  readonly end: number | null;
}

describe("the chunked coding", () => {
  test.each([
    ["one chunk", "5\r\nhello\r\n0\r\n\r\n"],
    ["several chunks", "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"],
    ["what follows is left alone", "1\r\na\r\n0\r\n\r\nGET / HTTP/1.1\r\n"],
    ["an empty body", "0\r\n\r\n"],
    ["leading zeros and upper case in sizes", "00A\r\n0123456789\r\n000\r\n\r\n"],
    ["extensions", '2;a=b;c="d e"\r\nok\r\n0;last\r\n\r\n'],
    ["trailers", "1\r\na\r\n0\r\nX-Sum: 1\r\nY: 2\r\n\r\n"],
    ["trailers that must not be passed on", "0\r\nContent-Length: 5\r\nX-Sum: 1\r\nHost: b\r\n\r\n"],
    ["data that looks like a chunk", "b\r\n0\r\n\r\nGET / \r\n0\r\n\r\n"],
  ])("%s is read alike, however it is split", (_, text) => {
    const whole = decode([text]);
    expect(whole).toEqual(decodeNaively(text));
    const splits = Array.from({ length: text.length }, (_unused, at) => decode([text.slice(0, at), text.slice(at)]));
    expect([...splits, decode([...text])]).toEqual(Array.from({ length: text.length + 1 }, () => whole));
  });

  test.each([
    ["a bare LF after a size", "5\nhello\r\n0\r\n\r\n"],
    ["a bare LF after data", "5\r\nhello\n0\r\n\r\n"],
    ["a size that is too small", "4\r\nhello\r\n0\r\n\r\n"],
    ["a size that is too large", "6\r\nhello\r\n0\r\n\r\n"],
    ["no size", "\r\nhello"],
    ["a sign", "+5\r\nhello\r\n0\r\n\r\n"],
    ["0x", "0x5\r\nhello\r\n0\r\n\r\n"],
    ["whitespace before the size", " 5\r\nhello\r\n0\r\n\r\n"],
    ["whitespace after the size", "5 \r\nhello\r\n0\r\n\r\n"],
    ["a size that overflows", "fffffffffffffffff\r\nx"],
    ["a NUL in an extension", "5;\0\r\nhello\r\n0\r\n\r\n"],
    ["a bare LF in an extension", "5;a\nb\r\nhello\r\n0\r\n\r\n"],
    ["a bare CR in an extension", "5;a\rb\r\nhello\r\n0\r\n\r\n"],
    ["a bare LF in the trailers", "0\r\nX: 1\n\r\n"],
    ["a trailer without a colon", "0\r\nX\r\n\r\n"],
    ["a folded trailer", "0\r\nX: 1\r\n 2\r\n\r\n"],
    ["a bare CR in the trailers", "0\r\n\r\0\r\n0\r\n\r\n"],
    ["an extension without end", `1;${"x".repeat(5_000)}\r\na\r\n0\r\n\r\n`],
    ["tiny chunks that carry extensions without end", `${`1;${"x".repeat(1_000)}\r\na\r\n`.repeat(100)}0\r\n\r\n`],
    ["trailers without end", `0\r\n${"X: 1\r\n".repeat(2_000)}`],
  ])("%s is refused, however it is split", (_, text) => {
    expect([decode([text]).fault, decode([...text]).fault]).toEqual([true, true]);
  });

  test("a long body may sign each of its chunks", () => {
    const chunk = `400;chunk-signature=${"5".repeat(64)}\r\n${"x".repeat(1_024)}\r\n`;
    expect(decode([`${chunk.repeat(1_000)}0\r\n\r\n`])).toMatchObject({ fault: false, done: true });
  });

  test("agrees with a naive decoder on anything", () => {
    fc.assert(
      fc.property(messyChunks(), fc.array(fc.nat(100), { maxLength: 4 }), (text, cuts) => {
        const at = [0, ...cuts.map((cut) => cut % (text.length + 1)), text.length].sort((left, right) => left - right);
        expect(decode(at.slice(1).map((end, index) => text.slice(at[index], end)))).toEqual(decodeNaively(text));
      }),
      { numRuns: 1_000 },
    );
  });

  test("what is encoded is decoded to the same", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 5 }), (pieces) => {
        const all = Buffer.concat(pieces);
        const coded = encodeChunk(pieces, all.length, "x: 1\r\n")?.toString("latin1") ?? "";
        const decoded = decode([coded]);
        expect(decoded).toEqual({ data: all.toString("latin1"), trailers: "x: 1\r\n", fault: false, done: true, end: coded.length });
      }),
    );
  });
});

function decode(texts: readonly string[]): Decoded {
  const decoder = new ChunkedDecoder();
  let data = "";
  let end = 0;
  for (const text of texts) {
    const bytes = Buffer.from(text, "latin1");
    end += decoder.push(bytes, 0);
    for (const piece of decoder.pieces) data += Buffer.from(piece).toString("latin1");
  }
  const fault = decoder.fault !== null;
  return { data: fault ? "" : data, trailers: decoder.trailers, fault, done: decoder.done, end: decoder.done ? end : null };
}

/** With the whole text at hand and one rule after the other. */
function decodeNaively(text: string): Decoded {
  const failed = { data: "", trailers: "", fault: true, done: false, end: null };
  let data = "";
  let at = 0;
  for (;;) {
    const rest = text.slice(at);
    const size = /^([0-9a-fA-F]{1,12})(?:;[\t\x20-\x7e\x80-\xff]*)?\r\n/.exec(rest);
    if (size === null)
      return /^(?:[0-9a-fA-F]{0,12}|[0-9a-fA-F]{1,12}(?:;[\t\x20-\x7e\x80-\xff]*)?\r?)$/.test(rest) ? unfinished(data) : failed;
    const length = Number.parseInt(size[1] ?? "", 16);
    at += size[0].length;
    if (length === 0) break;
    data += text.slice(at, at + length);
    at += length;
    const after = text.slice(at, at + 2);
    if (!"\r\n".startsWith(after)) return failed;
    if (after.length < 2) return unfinished(data);
    at += 2;
  }
  const rest = text.slice(at);
  const length = rest.startsWith("\r\n") ? 0 : rest.indexOf("\r\n\r\n") + 2;
  const isWhole = length !== 1;
  if (/(?:^|[^\r])\n/.test(isWhole ? rest.slice(0, length) : rest)) return failed;
  if (!isWhole) return unfinished(data);
  const lines = rest.slice(0, length).split("\r\n").slice(0, -1);
  if (!lines.every((line) => /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*$/.test(line))) return failed;
  const kept = lines.filter((line) => !/^(content-length|host|transfer-encoding):/i.test(line));
  return { data, trailers: kept.map((line) => `${line}\r\n`).join(""), fault: false, done: true, end: at + length + 2 };
}

function unfinished(data: string): Decoded {
  return { data, trailers: "", fault: false, done: false, end: null };
}

function messyChunks(): fc.Arbitrary<string> {
  const chunk = fc
    .string({ unit: "binary-ascii", minLength: 1, maxLength: 20 })
    .map((data) => `${data.length.toString(16)}\r\n${data}\r\n`);
  const clean = fc.array(chunk, { maxLength: 4 }).map((chunks) => `${chunks.join("")}0\r\n\r\n`);
  const wound = fc.tuple(fc.nat(100), fc.constantFrom("\n", "\r", ";", "0", "f", " ", ""));
  return fc
    .tuple(clean, fc.option(wound))
    .map(([text, hurt]) =>
      hurt === null ? text : text.slice(0, hurt[0] % text.length) + hurt[1] + text.slice((hurt[0] % text.length) + 1),
    );
}
