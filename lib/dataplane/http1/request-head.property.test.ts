import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findHeadEnd, HEAD_INCOMPLETE, HEAD_TOO_LARGE, headStart } from "./head-end.ts";
import { parseRequestHead } from "./request-head.ts";

const LIMIT = 600;

const CORPUS: readonly string[] = [
  "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
  "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
  "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
  "\rGET / HTTP/1.1\r\nHost: a\r\n\r\n",
  "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET / HTTP/1.1\nHost: a\n\n",
  "GET / HTTP/1.1\r\nHost: a\r\nX: 1\n\r\n\r\n",
  "GET / HTTP/1.1\r\nHost: a\n\r\n\r\n",
  "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.1\r\n",
  "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
  `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(LIMIT)}\r\n\r\n`,
  `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(LIMIT - 32)}\r\n\r\n`,
  `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(LIMIT - 31)}\r\n\r\n`,
  `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(LIMIT - 30)}\r\n\r\n`,
  `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(LIMIT)}\nY`,
  `GET / HTTP/1.1\r\nHost: a\nX: ${"x".repeat(LIMIT)}\r\n\r\n`,
  "\x16\x03\x01\x02\x00\x01\x00\x01",
  "GET / HTTP/1.1\r\nHost: a\r\n",
];

describe("the same bytes mean the same", () => {
  test.each(CORPUS.map((text) => [JSON.stringify(text.slice(0, 60)), text] as const))("%s, split at every byte", (_, text) => {
    const whole = read([text]);
    const splits = Array.from({ length: text.length }, (_unused, at) => read([text.slice(0, at), text.slice(at)]));
    expect([...splits, read([...text])]).toEqual(Array.from({ length: text.length + 1 }, () => whole));
  });

  test("however they are split", () => {
    fc.assert(
      fc.property(messyHead(), fc.array(fc.nat(400), { maxLength: 6 }), (text, cuts) => {
        const at = [0, ...cuts.map((cut) => cut % (text.length + 1)), text.length].sort((left, right) => left - right);
        const pieces = at.slice(1).map((end, index) => text.slice(at[index], end));
        expect(read(pieces)).toEqual(read([text]));
      }),
      { numRuns: 400 },
    );
  });
});

describe("against a naive reading of RFC 9112", () => {
  test("nothing is accepted that it refuses, and of what both accept they read the same", () => {
    fc.assert(
      fc.property(messyHead(), (text) => {
        const ours = read([text]);
        const naive = readNaively(text);
        expect("seen" in ours ? ours.seen : null).toEqual(naive);
      }),
      { numRuns: 2_000 },
    );
  });
});

type Reading = { readonly kind: "head"; readonly seen: Seen; readonly end: number } | { readonly kind: string };

interface Seen {
  readonly method: string;
  readonly target: string;
  readonly host: string;
  readonly body: number | "chunked";
}

/** What a connection does: asks for the end after each piece, and parses once. */
function read(pieces: readonly string[]): Reading {
  let text = "";
  for (const piece of pieces) {
    const before = text.length;
    text += piece;
    if (text === "") continue;
    const end = findHeadEnd(text, before, LIMIT);
    if (end === HEAD_INCOMPLETE) continue;
    if (end === HEAD_TOO_LARGE) return { kind: "request.head-too-large" };
    const parsed = end < 0 ? null : parseRequestHead(text.slice(headStart(text), end + 2), "ingress", 100);
    if (parsed === null) return { kind: "request.malformed" };
    if (!parsed.ok) return { kind: parsed.error.code };
    const { facts, host, method, target } = parsed.value;
    const body = facts.chunked ? "chunked" : Math.max(0, facts.contentLength);
    return { kind: "head", seen: { method, target: target.path, host, body }, end };
  }
  return { kind: "incomplete" };
}

/** Line by line and character by character, with none of the shortcuts; null for anything that is not plainly valid. */
function readNaively(given: string): Seen | null {
  const text = given.startsWith("\r\n") ? given.slice(2) : given;
  const end = text.indexOf("\r\n\r\n");
  if (end < 0 || end + 4 + (given.length - text.length) > LIMIT) return null;
  const [requestLine = "", ...lines] = text.slice(0, end).split("\r\n");
  const [method = "", target = "", version = "", ...rest] = requestLine.split(" ");
  const isLineGood =
    rest.length === 0 &&
    isToken(method) &&
    method.length <= 32 &&
    target.startsWith("/") &&
    [...target].every((char) => char > " " && char < "\x7f" && char !== "#") &&
    ["HTTP/1.1", "HTTP/1.0"].includes(version);
  const headers = lines.map((line): [string, string] => [
    line.slice(0, Math.max(0, line.indexOf(":"))),
    line.slice(line.indexOf(":") + 1).replace(/^[ \t]+|[ \t]+$/g, ""),
  ]);
  const areHeadersGood = headers.every(
    ([name, value]) => isToken(name) && [...value].every((char) => char === "\t" || (char >= " " && char !== "\x7f")),
  );
  if (!isLineGood || !areHeadersGood) return null;
  const all = (name: string) => headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
  const host = hostNaively(all("host"), version);
  const body = bodyNaively(all("content-length"), all("transfer-encoding"), version);
  return host === null || body === null ? null : { method, target, host, body };
}

function hostNaively([host, ...more]: readonly string[], version: string): string | null {
  if (host === undefined) return version === "HTTP/1.0" ? "" : null;
  return more.length === 0 && /^[a-z0-9.-]+(:[0-9]+)?$/i.test(host) ? host : null;
}

function bodyNaively(lengths: readonly string[], codings: readonly string[], version: string): number | "chunked" | null {
  if (lengths.length + codings.length > 1) return null;
  const [length = "0"] = lengths;
  const [coding] = codings;
  if (String(Number(length)) !== length) return null;
  if (coding === undefined) return Number(length);
  return coding.toLowerCase() === "chunked" && version === "HTTP/1.1" ? "chunked" : null;
}

function isToken(text: string): boolean {
  return text !== "" && [...text].every((char) => /[0-9A-Za-z]/.test(char) || "!#$%&'*+-.^_`|~".includes(char));
}

/** Mostly valid heads with a few wounds, so that both sides of each rule are visited. */
function messyHead(): fc.Arbitrary<string> {
  const header = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom("Host: a", "Host: shop.example.com:80", "X-One: 1", "Accept: */*", "Cookie: a=1; b=\xe4") },
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        "Content-Length: 3",
        "Content-Length: 03",
        "content-length:0",
        "Transfer-Encoding: chunked",
        "Transfer-Encoding: x",
        "host: b",
        "Content-Length : 1",
        " folded",
        "Content-Length: 3,3",
      ),
    },
    { weight: 1, arbitrary: fc.string({ unit: "binary-ascii", maxLength: 12 }) },
  );
  const line = fc.constantFrom(
    "GET / HTTP/1.1",
    "POST /a?b HTTP/1.1",
    "GET /x HTTP/1.0",
    "GET  / HTTP/1.1",
    "get / HTTP/1.1",
    "GET /# HTTP/1.1",
  );
  const clean = fc
    .tuple(line, fc.array(header, { maxLength: 5 }))
    .map(([first, headers]) => `${[first, "Host: a", ...headers].join("\r\n")}\r\n\r\n`);
  const wound = fc.tuple(fc.nat(200), fc.constantFrom("\n", "\r", "\0", " ", "\t", ":", "\r\n", "\x7f", "\xff", ""));
  return fc
    .tuple(clean, fc.array(wound, { maxLength: 2 }))
    .map(([text, wounds]) =>
      wounds.reduce(
        (wounded, [at, char]) =>
          wounded.slice(0, at % wounded.length) + char + wounded.slice((at % wounded.length) + (char === "" ? 1 : 0)),
        text,
      ),
    );
}
