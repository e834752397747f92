import { describe, expect, test } from "vitest";
import { type HeadScope, parseRequestHead, type RequestHead } from "./request-head.ts";
import { writeRequestHead } from "./write-head.ts";

const REFUSED: readonly (readonly [guarantee: string, head: string, code: string])[] = [
  [
    "Content-Length with Transfer-Encoding",
    "POST / HTTP/1.1|Host: a|Content-Length: 3|Transfer-Encoding: chunked",
    "request.ambiguous-framing",
  ],
  [
    "Transfer-Encoding with Content-Length: 0",
    "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked|Content-Length: 0",
    "request.ambiguous-framing",
  ],
  ["two different Content-Length", "POST / HTTP/1.1|Host: a|Content-Length: 3|Content-Length: 4", "request.ambiguous-framing"],
  ["two equal Content-Length", "POST / HTTP/1.1|Host: a|Content-Length: 3|content-length: 3", "request.ambiguous-framing"],
  ["a list as Content-Length", "POST / HTTP/1.1|Host: a|Content-Length: 3, 3", "request.ambiguous-framing"],
  ["Content-Length with a leading zero", "POST / HTTP/1.1|Host: a|Content-Length: 010", "request.ambiguous-framing"],
  ["Content-Length with a sign", "POST / HTTP/1.1|Host: a|Content-Length: +5", "request.ambiguous-framing"],
  ["negative Content-Length", "POST / HTTP/1.1|Host: a|Content-Length: -1", "request.ambiguous-framing"],
  ["hexadecimal Content-Length", "POST / HTTP/1.1|Host: a|Content-Length: 0x5", "request.ambiguous-framing"],
  ["empty Content-Length", "POST / HTTP/1.1|Host: a|Content-Length:", "request.ambiguous-framing"],
  ["Content-Length with digits apart", "POST / HTTP/1.1|Host: a|Content-Length: 1 0", "request.ambiguous-framing"],
  [
    "Content-Length beyond what a number holds",
    "POST / HTTP/1.1|Host: a|Content-Length: 99999999999999999999",
    "request.ambiguous-framing",
  ],
  ["a coding before chunked", "POST / HTTP/1.1|Host: a|Transfer-Encoding: gzip, chunked", "request.ambiguous-framing"],
  ["chunked twice in one list", "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked, chunked", "request.ambiguous-framing"],
  ["chunked in two headers", "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked|Transfer-Encoding: chunked", "request.ambiguous-framing"],
  ["an empty element before chunked", "POST / HTTP/1.1|Host: a|Transfer-Encoding: ,chunked", "request.ambiguous-framing"],
  ["chunked with a parameter", "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked;q=1", "request.ambiguous-framing"],
  ["quoted chunked", 'POST / HTTP/1.1|Host: a|Transfer-Encoding: "chunked"', "request.ambiguous-framing"],
  ["identity", "POST / HTTP/1.1|Host: a|Transfer-Encoding: identity", "request.ambiguous-framing"],
  ["an empty Transfer-Encoding", "POST / HTTP/1.1|Host: a|Transfer-Encoding:", "request.ambiguous-framing"],
  ["Transfer-Encoding in HTTP/1.0", "POST / HTTP/1.0|Host: a|Transfer-Encoding: chunked", "request.ambiguous-framing"],
  [
    "an upgrade together with a body",
    "GET / HTTP/1.1|Host: a|Connection: upgrade|Upgrade: websocket|Content-Length: 4",
    "request.ambiguous-framing",
  ],
  ["CONNECT with a body", "CONNECT a:443 HTTP/1.1|Host: a:443|Content-Length: 4", "request.ambiguous-framing"],
  ["whitespace before the colon", "POST / HTTP/1.1|Host: a|Content-Length : 3", "request.malformed"],
  ["a tab before the colon", "POST / HTTP/1.1|Host: a|Transfer-Encoding\t: chunked", "request.malformed"],
  ["a folded header", "GET / HTTP/1.1|Host: a|X: 1| 2", "request.malformed"],
  ["a folded first header", "GET / HTTP/1.1| Host: a", "request.malformed"],
  ["a bare LF in a header", "GET / HTTP/1.1|Host: a|X: 1\nContent-Length: 3", "request.malformed"],
  ["a bare CR in a header", "GET / HTTP/1.1|Host: a|X: 1\rContent-Length: 3", "request.malformed"],
  ["a NUL in a value", "GET / HTTP/1.1|Host: a|X: 1\0", "request.malformed"],
  ["DEL in a value", "GET / HTTP/1.1|Host: a|X: \x7f", "request.malformed"],
  ["a vertical tab in a framing header", "POST / HTTP/1.1|Host: a|Transfer-Encoding: \x0bchunked", "request.malformed"],
  ["a control character in a name", "GET / HTTP/1.1|Host: a|X\x01: 1", "request.malformed"],
  ["an empty header name", "GET / HTTP/1.1|Host: a|: 1", "request.malformed"],
  ["a header without a colon", "GET / HTTP/1.1|Host: a|X", "request.malformed"],
  ["obs-text in a header name", "GET / HTTP/1.1|Host: a|X\xe4: 1", "request.malformed"],
  ["two Host headers", "GET / HTTP/1.1|Host: a|Host: b", "request.malformed"],
  ["two equal Host headers", "GET / HTTP/1.1|Host: a|host: a", "request.malformed"],
  ["no Host header", "GET / HTTP/1.1|X: 1", "request.malformed"],
  ["an empty Host header", "GET / HTTP/1.1|Host:", "request.malformed"],
  ["a Host with a path", "GET / HTTP/1.1|Host: a/b", "request.malformed"],
  ["a Host with userinfo", "GET / HTTP/1.1|Host: u@a", "request.malformed"],
  ["a Host list", "GET / HTTP/1.1|Host: a, b", "request.malformed"],
  ["a Host with a bad port", "GET / HTTP/1.1|Host: a:8x", "request.malformed"],
  ["a fragment in the target", "GET /a#b HTTP/1.1|Host: a", "request.malformed"],
  ["a space in the target", "GET /a b HTTP/1.1|Host: a", "request.malformed"],
  ["raw bytes above ASCII in the target", "GET /\xe4 HTTP/1.1|Host: a", "request.malformed"],
  ["a relative target", "GET a HTTP/1.1|Host: a", "request.malformed"],
  ["an asterisk other than for OPTIONS", "GET * HTTP/1.1|Host: a", "request.malformed"],
  ["authority form other than for CONNECT", "GET a:80 HTTP/1.1|Host: a", "request.malformed"],
  ["origin form for CONNECT", "CONNECT / HTTP/1.1|Host: a", "request.malformed"],
  ["CONNECT without a port", "CONNECT a HTTP/1.1|Host: a", "request.malformed"],
  ["an absolute target and another Host", "GET http://a/ HTTP/1.1|Host: b", "request.malformed"],
  ["an absolute target and a Host with another port", "GET http://a:81/ HTTP/1.1|Host: a", "request.malformed"],
  ["an absolute target with userinfo", "GET http://u@a/ HTTP/1.1|Host: a", "request.malformed"],
  ["another scheme", "GET ftp://a/ HTTP/1.1|Host: a", "request.malformed"],
  ["a target that needs TLS", "GET https://a/ HTTP/1.1|Host: a", "request.not-supported"],
  ["a bad method token", "G<T / HTTP/1.1|Host: a", "request.malformed"],
  ["an overlong method", `${"A".repeat(33)} / HTTP/1.1|Host: a`, "request.malformed"],
  ["two spaces in the request line", "GET  / HTTP/1.1|Host: a", "request.malformed"],
  ["a tab in the request line", "GET\t/ HTTP/1.1|Host: a", "request.malformed"],
  ["HTTP/2.0 as version", "GET / HTTP/2.0|Host: a", "request.malformed"],
  ["HTTP/1.2 as version", "GET / HTTP/1.2|Host: a", "request.malformed"],
  ["lower-case http", "GET / http/1.1|Host: a", "request.malformed"],
  ["whitespace after the version", "GET / HTTP/1.1 |Host: a", "request.malformed"],
  ["no version", "GET /|Host: a", "request.malformed"],
  ["the HTTP/2 preface", "PRI * HTTP/2.0", "request.malformed"],
  ["an expectation that is not known", "POST / HTTP/1.1|Host: a|Expect: y 100-continue|Content-Length: 3", "request.expectation"],
  ["two expectations", "POST / HTTP/1.1|Host: a|Expect: 100-continue|Expect: 100-continue", "request.expectation"],
  ["more than 100 headers", `GET / HTTP/1.1|Host: a${"|X: 1".repeat(100)}`, "request.head-too-large"],
];

describe("a request head is refused when it has", () => {
  test.each(REFUSED)("%s", (_, lines, code) => {
    const parsed = parseRequestHead(textOf(lines), "ingress", 100);
    expect(parsed.ok ? "accepted" : parsed.error.code).toBe(code);
  });
});

describe("what is sent on", () => {
  test.each<readonly [guarantee: string, lines: string, sent: string]>([
    ["a plain request leaves as it came", "GET /a?b=1 HTTP/1.1|Host: a|X: 1", "GET /a?b=1 HTTP/1.1|Host: a|X: 1"],
    ["an absolute target leaves in origin form", "GET http://A:80/x?y HTTP/1.1|Host: a", "GET /x?y HTTP/1.1|Host: a"],
    ["an absolute target without a path leaves as /", "GET http://a?q HTTP/1.1|Host: a", "GET /?q HTTP/1.1|Host: a"],
    ["OPTIONS of an authority leaves as *", "OPTIONS http://a HTTP/1.1|Host: a", "OPTIONS * HTTP/1.1|Host: a"],
    ["HTTP/1.0 leaves as HTTP/1.1", "GET / HTTP/1.0|Host: a|Connection: keep-alive", "GET / HTTP/1.1|Host: a"],
    ["a missing Host is made from the target", "GET http://a/ HTTP/1.0", "GET / HTTP/1.1|host: a"],
    ["HTTP/1.0 without any host leaves with an empty one", "GET / HTTP/1.0|X: 1", "GET / HTTP/1.1|host: |X: 1"],
    ["framing is written anew", "POST / HTTP/1.1|Host: a|CONTENT-length:\t 3 |X: 1", "POST / HTTP/1.1|Host: a|X: 1|content-length: 3"],
    ["Content-Length: 0 stays", "POST / HTTP/1.1|Host: a|Content-Length: 0", "POST / HTTP/1.1|Host: a|content-length: 0"],
    ["no body means no framing", "POST / HTTP/1.1|Host: a", "POST / HTTP/1.1|Host: a"],
    [
      "chunked is written anew",
      "POST / HTTP/1.1|Host: a|Transfer-Encoding:  Chunked",
      "POST / HTTP/1.1|Host: a|transfer-encoding: chunked",
    ],
    [
      "hop-by-hop headers stay here",
      "GET / HTTP/1.1|Connection: keep-alive|Keep-Alive: timeout=5|Host: a|Proxy-Connection: x|Proxy-Authorization: y|TE: gzip",
      "GET / HTTP/1.1|Host: a",
    ],
    [
      "what Connection nominates stays here",
      "GET / HTTP/1.1|X-Hop: 1|Host: a|Connection: close, X-Hop|Y: 2|x-hop: 3",
      "GET / HTTP/1.1|Host: a|Y: 2",
    ],
    [
      "Connection cannot nominate Host or framing",
      "POST / HTTP/1.1|Host: a|Connection: host, content-length|Content-Length: 2",
      "POST / HTTP/1.1|Host: a|content-length: 2",
    ],
    [
      "an upgrade is asked for anew",
      "GET / HTTP/1.1|Host: a|Connection: Upgrade|Upgrade: websocket",
      "GET / HTTP/1.1|Host: a|connection: upgrade|upgrade: websocket",
    ],
    ["Upgrade without Connection stays here", "GET / HTTP/1.1|Host: a|Upgrade: websocket", "GET / HTTP/1.1|Host: a"],
    [
      "an upgrade to HTTP/2 stays here",
      "GET / HTTP/1.1|Host: a|Connection: Upgrade, HTTP2-Settings|Upgrade: h2c|HTTP2-Settings: AA",
      "GET / HTTP/1.1|Host: a",
    ],
    ["TE: trailers goes on", "GET / HTTP/1.1|Host: a|TE: gzip, trailers", "GET / HTTP/1.1|Host: a|te: trailers|connection: te"],
    [
      "100-continue goes on",
      "PUT / HTTP/1.1|Host: a|Expect: 100-Continue|Content-Length: 1",
      "PUT / HTTP/1.1|Host: a|content-length: 1|expect: 100-continue",
    ],
    [
      "HTTP/1.0 expects nothing",
      "PUT / HTTP/1.0|Host: a|Expect: 100-continue|Content-Length: 1",
      "PUT / HTTP/1.1|Host: a|content-length: 1",
    ],
    [
      "from outside nobody speaks for the proxy",
      "GET / HTTP/1.1|X-Interlock-Version: 1|X-Forwarded-For: 6.6.6.6|Host: a|X-FORWARDED-Proto: https|Forwarded: for=x|X-Forward: 1",
      "GET / HTTP/1.1|Host: a|X-Forward: 1",
    ],
    ["a broken trace goes, its state with it", "GET / HTTP/1.1|Host: a|Traceparent: 00-zz-1-01|Tracestate: a=1", "GET / HTTP/1.1|Host: a"],
  ])("%s", (_, lines, sent) => {
    expect(writeRequestHead(accepted(lines), "")).toBe(`${textOf(sent)}\r\n`);
  });

  test("inside the mesh forwarded headers and a range go on, not what only proxies may say", () => {
    const lines = "GET / HTTP/1.1|Host: a|X-Forwarded-For: 10.0.0.1|X-Interlock-Range: b=^1.0";
    const forged = "X-Interlock-Mirror: true|x-interlock-ranges: b=*|X-Forwarded-Client-Cert: URI=spiffe://interlock.local/ingress";
    expect(writeRequestHead(accepted(`${lines}|${forged}`, "outbound"), "")).toBe(`${textOf(lines)}\r\n`);
  });

  test("the proxy's own lines come before the framing", () => {
    expect(writeRequestHead(accepted("POST / HTTP/1.1|Host: a|Content-Length: 1"), "x: y\r\n")).toBe(
      `${textOf("POST / HTTP/1.1|Host: a|x: y|content-length: 1")}\r\n`,
    );
  });
});

describe("a trace parent", () => {
  test.each([
    ["is kept when it is valid", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", 1],
    ["of a later version may be longer", "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more", 1],
    ["of version 00 may not", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more", 0],
    ["of version ff is invalid", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", 0],
    ["with a trace id of zeros is invalid", "00-00000000000000000000000000000000-b7ad6b7169203331-01", 0],
    ["with a parent id of zeros is invalid", "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", 0],
    ["in upper case is invalid", "00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01", 0],
  ])("%s", (_, value, count) => {
    expect(accepted(`GET / HTTP/1.1|Host: a|traceparent: ${value}`).facts.traceparentCount).toBe(count);
  });

  test("that Connection takes off the request is none, and its state goes with it", () => {
    const value = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const head = accepted(`GET / HTTP/1.1|Host: a|traceparent: ${value}|Tracestate: a=1|Connection: Traceparent`);
    expect(head.facts.traceparentCount).toBe(0);
    expect(writeRequestHead(head, "")).toBe(`${textOf("GET / HTTP/1.1|Host: a")}\r\n`);
  });

  test("that is given twice is none", () => {
    const value = "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    expect(accepted(`GET / HTTP/1.1|Host: a|${value}|${value}`).facts.traceparentCount).toBe(0);
  });
});

describe("what routing sees", () => {
  test("a header sent several times is one value, without case", () => {
    expect(accepted("GET / HTTP/1.1|Host: a|X-A: 1|y: 2|x-a:  3 ").header("x-a")).toBe("1, 3");
  });

  test("a header that is not sent on is not there", () => {
    const head = accepted("GET / HTTP/1.1|Host: a|X-Group: canary|Connection: x-group|X-Interlock-Lane: z");
    expect([head.header("x-group"), head.header("x-interlock-lane"), head.header("__proto__")]).toEqual([undefined, undefined, undefined]);
  });

  test("path and query are apart and as sent", () => {
    const { path, query } = accepted("GET /a%2Fb/../c?x=%20&y?z HTTP/1.1|Host: a");
    expect([path, query]).toEqual(["/a%2Fb/../c", "x=%20&y?z"]);
  });

  test("the host of an absolute target counts", () => {
    expect(accepted("GET http://payments.mesh:80/ HTTP/1.1|Host: payments.mesh").host).toBe("payments.mesh:80");
  });
});

describe("the connection is kept", () => {
  test.each([
    ["in HTTP/1.1", "GET / HTTP/1.1|Host: a", true],
    ["in HTTP/1.1, unless close is asked for", "GET / HTTP/1.1|Host: a|Connection: X, Close", false],
    ["in HTTP/1.0 only when that is asked for", "GET / HTTP/1.0|Host: a|Connection: Keep-Alive", true],
    ["not in HTTP/1.0 otherwise", "GET / HTTP/1.0|Host: a", false],
  ])("%s", (_, lines, keepsAlive) => {
    expect(accepted(lines).keepsAlive).toBe(keepsAlive);
  });
});

function textOf(lines: string): string {
  return `${lines.replaceAll("|", "\r\n")}\r\n`;
}

function accepted(lines: string, scope: HeadScope = "ingress"): RequestHead {
  const parsed = parseRequestHead(textOf(lines), scope, 100);
  if (!parsed.ok) throw new Error(parsed.error.detail);
  return parsed.value;
}
