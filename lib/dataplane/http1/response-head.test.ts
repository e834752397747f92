import { describe, expect, test } from "vitest";
import { parseResponseHead } from "./response-head.ts";
import { writeResponseHead } from "./write-head.ts";

describe("an answer's body ends", () => {
  test.each([
    ["after its length", "HTTP/1.1 200 OK|Content-Length: 3", false, "length"],
    ["with the last chunk", "HTTP/1.1 200 OK|Transfer-Encoding: chunked", false, "chunked"],
    ["with the connection", "HTTP/1.1 200 OK", false, "close"],
    ["with the connection in HTTP/1.0 too", "HTTP/1.0 200 OK", false, "close"],
    ["at once for HEAD", "HTTP/1.1 200 OK|Content-Length: 3", true, "none"],
    ["at once for HEAD without any framing", "HTTP/1.1 200 OK", true, "none"],
    ["at once for 204", "HTTP/1.1 204 No Content", false, "none"],
    ["at once for 304, whatever its length says", "HTTP/1.1 304 Not Modified|Content-Length: 3", false, "none"],
    ["at once for 1xx", "HTTP/1.1 103 Early Hints", false, "none"],
  ])("%s", (_, lines, toHead, framing) => {
    const parsed = parseResponseHead(textOf(lines), toHead, 100);
    expect(parsed.ok ? parsed.value.framing : parsed.error).toBe(framing);
  });
});

describe("an answer is refused that has", () => {
  test.each([
    ["both framings", "HTTP/1.1 200 OK|Content-Length: 3|Transfer-Encoding: chunked"],
    ["two lengths", "HTTP/1.1 200 OK|Content-Length: 3|Content-Length: 3"],
    ["a coding other than chunked", "HTTP/1.1 200 OK|Transfer-Encoding: gzip, chunked"],
    ["chunks in HTTP/1.0", "HTTP/1.0 200 OK|Transfer-Encoding: chunked"],
    ["a bare LF", "HTTP/1.1 200 OK|X: 1\nContent-Length: 3"],
    ["a folded header", "HTTP/1.1 200 OK|X: 1| 2"],
    ["a NUL", "HTTP/1.1 200 OK|X: \0"],
    ["no status", "HTTP/1.1 OK"],
    ["a status of four digits", "HTTP/1.1 2000 OK"],
    ["a status beyond 599", "HTTP/1.1 600 No"],
    ["another version", "HTTP/2 200 OK"],
  ])("%s", (_, lines) => {
    expect(parseResponseHead(textOf(lines), false, 100).ok).toBe(false);
  });
});

describe("an instance's connection is kept after its answer", () => {
  test.each([
    ["in HTTP/1.1", "HTTP/1.1 200 OK|Content-Length: 3", true],
    ["without a body", "HTTP/1.1 204 No Content", true],
    ["unless close is announced", "HTTP/1.1 200 OK|Content-Length: 3|Connection: close", false],
    ["unless a 204 announces chunks, which may follow", "HTTP/1.1 204 No Content|Transfer-Encoding: chunked", false],
    ["unless a 204 announces a length, which may follow", "HTTP/1.1 204 No Content|Content-Length: 3", false],
    ["in HTTP/1.0 only when that is announced", "HTTP/1.0 200 OK|Content-Length: 3|Connection: keep-alive", true],
    ["not in HTTP/1.0 otherwise", "HTTP/1.0 200 OK|Content-Length: 3", false],
  ])("%s", (_, lines, keepsAlive) => {
    const parsed = parseResponseHead(textOf(lines), false, 100);
    expect(parsed.ok ? parsed.value.keepsAlive : parsed.error).toBe(keepsAlive);
  });
});

describe("what the caller gets", () => {
  test.each([
    ["is framed anew", "HTTP/1.1 200 OK|CONTENT-LENGTH:3|X: 1", "HTTP/1.1 200 OK|X: 1|content-length: 3"],
    ["keeps Content-Length: 0", "HTTP/1.1 200 OK|Content-Length: 0", "HTTP/1.1 200 OK|content-length: 0"],
    ["is HTTP/1.1", "HTTP/1.0 200 OK|Content-Length: 0", "HTTP/1.1 200 OK|content-length: 0"],
    ["has no chunks where there is no body", "HTTP/1.1 204 No Content|Transfer-Encoding: chunked", "HTTP/1.1 204 No Content"],
    ["has no length where there is no body", "HTTP/1.1 204 No Content|Content-Length: 0", "HTTP/1.1 204 No Content"],
    [
      "leaves out what was for one connection",
      "HTTP/1.1 200 OK|Connection: X-Hop|X-Hop: 1|Keep-Alive: timeout=5|Content-Length: 0",
      "HTTP/1.1 200 OK|content-length: 0",
    ],
    [
      "cannot be signed by an instance",
      "HTTP/1.1 200 OK|X-Interlock-Version: 6|X-INTERLOCK-Code: x|Content-Length: 0",
      "HTTP/1.1 200 OK|content-length: 0",
    ],
    [
      "keeps every cookie",
      "HTTP/1.1 200 OK|Set-Cookie: a|Set-Cookie: b|Content-Length: 0",
      "HTTP/1.1 200 OK|Set-Cookie: a|Set-Cookie: b|content-length: 0",
    ],
  ])("%s", (_, lines, sent) => {
    const parsed = parseResponseHead(textOf(lines), false, 100);
    const written = parsed.ok ? writeResponseHead(parsed.value, { extra: "", toHttp10: false, keepsAlive: true }) : parsed.error;
    expect(written).toBe(`${textOf(sent)}\r\n`);
  });
});

function textOf(lines: string): string {
  return `${lines.replaceAll("|", "\r\n")}\r\n`;
}
