/** Attacks that are well formed, and on what they mean. */
import { type Attack, attack, chunk, END, HIDDEN, HOST, head, TARGET } from "./attack.fixture.ts";

/** HTTP/1.0 knows no chunks, and ends each connection unless asked to keep it. */
export function versions(): readonly Attack[] {
  const old = (lines: string) => head(lines, "POST", "HTTP/1.0");
  return [
    attack("HTTP/1.0", "chunks", false, `${old("Transfer-Encoding: chunked")}${END}${HIDDEN}`),
    attack(
      "HTTP/1.0",
      "chunks on a kept connection",
      false,
      `${old("Connection: keep-alive\r\nTransfer-Encoding: chunked")}${END}${HIDDEN}`,
    ),
    attack("HTTP/1.0", "chunks and a length", false, `${old("Transfer-Encoding: chunked\r\nContent-Length: 5")}${END}${HIDDEN}`),
    attack("HTTP/1.0", "a body without a length", true, `${old("X: y")}${HIDDEN}`),
    attack("HTTP/1.0", "a body without a length, on a kept connection", true, `${old("Connection: keep-alive")}${HIDDEN}x\r\n\r\n`),
    attack("HTTP/1.0", "a length", true, `${old("Content-Length: 4\r\nConnection: keep-alive")}data`),
    attack("HTTP/1.0", "a short length", true, `${old("Content-Length: 4")}data${HIDDEN}`),
    attack("HTTP/1.0", "Upgrade", true, `${head("Connection: upgrade\r\nUpgrade: websocket", "GET", "HTTP/1.0")}`),
    attack("HTTP/1.0", "Expect", true, `${old("Expect: 100-continue\r\nContent-Length: 4")}data`),
    attack("HTTP/0.9", "a line alone", false, `GET ${TARGET}\r\n\r\n`),
    attack("HTTP/0.9", "a line and headers", false, `GET ${TARGET}\r\n${HOST}\r\n`),
  ];
}

export function expectations(): readonly Attack[] {
  const body = "Content-Length: 4";
  const refused = [
    "",
    "y",
    "y 100-continue",
    "100-continue, y",
    "100-continue, 100-continue",
    "100-continue;x",
    "100",
    "100-continue\r\nExpect: 100-continue",
    "\x00100-continue",
    "100-continue\x0b",
    "100-\r\n continue",
    '"100-continue"',
  ];
  return [
    ...refused.map((value) => attack("expect", JSON.stringify(value), false, `${head(`Expect: ${value}\r\n${body}`)}data`)),
    ...["100-continue", "100-Continue", "\t100-CONTINUE "].flatMap((value) => [
      attack("expect", `${JSON.stringify(value)} with a body`, true, `${head(`Expect:${value}\r\n${body}`)}data`),
      attack("expect", `${JSON.stringify(value)} without a body`, true, head(`Expect:${value}`)),
      attack(
        "expect",
        `${JSON.stringify(value)} with a request as its body`,
        true,
        head(`Expect:${value}\r\nContent-Length: ${HIDDEN.length}`) + HIDDEN,
      ),
      attack(
        "expect",
        `${JSON.stringify(value)} with chunks`,
        true,
        head(`Expect:${value}\r\nTransfer-Encoding: chunked`) + chunk(HIDDEN) + END,
      ),
    ]),
  ];
}

/** `Connection` takes headers off the request; never those that make it what it is. */
export function nominations(): readonly Attack[] {
  const names = [
    "Content-Length",
    "Transfer-Encoding",
    "Host",
    "Connection",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "Authorization",
    "Cookie",
    "Traceparent",
    "Expect",
    "Trailer",
    "TE",
    "Upgrade",
    "Keep-Alive",
    "close",
    "",
    "*",
    "\xff",
    "x y",
  ];
  return names.flatMap((name) => [
    attack(
      "Connection names",
      `${JSON.stringify(name)}, with a length`,
      true,
      head(`Connection: ${name}\r\nContent-Length: ${HIDDEN.length}`) + HIDDEN,
    ),
    attack(
      "Connection names",
      `${JSON.stringify(name)}, with chunks`,
      true,
      head(`Transfer-Encoding: chunked\r\nConnection: keep-alive, ${name}`) + chunk(HIDDEN) + END,
    ),
    attack(
      "Connection names",
      `${JSON.stringify(name)}, with both`,
      false,
      head(`Connection: ${name}\r\nTransfer-Encoding: chunked\r\nContent-Length: 5`) + END + HIDDEN,
    ),
    attack("Connection names", `${JSON.stringify(name)}, without a body`, true, head(`Connection: ${name}`, "GET")),
  ]);
}

/** A body belongs to its request, whatever the method. */
export function bodiesOfMethods(): readonly Attack[] {
  const methods = ["GET", "HEAD", "OPTIONS", "DELETE", "TRACE", "PUT", "PATCH", "SEARCH", "PROPFIND", "get", "X"];
  return methods.flatMap((method) => [
    attack("bodies of methods", `${method} with a length`, true, head(`Content-Length: ${HIDDEN.length}`, method) + HIDDEN),
    attack("bodies of methods", `${method} with chunks`, true, head("Transfer-Encoding: chunked", method) + chunk(HIDDEN) + END),
    attack("bodies of methods", `${method} with a length of 0`, true, head("Content-Length: 0", method)),
    attack("bodies of methods", `${method} with no length`, true, head("X: y", method)),
    attack(
      "bodies of methods",
      `${method} with both`,
      false,
      head(`Content-Length: 5\r\nTransfer-Encoding: chunked`, method) + END + HIDDEN,
    ),
  ]);
}

export function tunnels(): readonly Attack[] {
  const asks = ["websocket", "h2c", "h2c, websocket", "TLS/1.0", "HTTP/2.0", "", "\xff"];
  return [
    ...asks.flatMap((value) => [
      attack("tunnels", `Upgrade: ${value} with early bytes`, true, `${head(`Connection: upgrade\r\nUpgrade: ${value}`, "GET")}${HIDDEN}`),
      attack(
        "tunnels",
        `Upgrade: ${value} with a length`,
        value === "",
        `${head(`Connection: upgrade\r\nUpgrade: ${value}\r\nContent-Length: 4`)}data${value === "" ? "" : HIDDEN}`,
      ),
      attack("tunnels", `Upgrade: ${value} that Connection does not name`, true, head(`Upgrade: ${value}`, "GET")),
    ]),
    attack(
      "tunnels",
      "h2c with its settings",
      true,
      head("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA", "GET"),
    ),
    attack("tunnels", "CONNECT", false, `CONNECT a.mesh:80 HTTP/1.1\r\nHost: a.mesh:80\r\n\r\n${HIDDEN}`),
    attack(
      "tunnels",
      "CONNECT with a length",
      false,
      `CONNECT a.mesh:80 HTTP/1.1\r\nHost: a.mesh:80\r\nContent-Length: 4\r\n\r\ndata${HIDDEN}`,
    ),
    attack("tunnels", "CONNECT of a path", false, `CONNECT ${TARGET} HTTP/1.1\r\n${HOST}\r\n${HIDDEN}`),
  ];
}

/** Nothing that follows what was not understood is a request. */
export function afterErrors(): readonly Attack[] {
  const next = `${HIDDEN}x\r\n\r\n`;
  return [
    attack("after an error", "a head with NUL", false, `GET ${TARGET} HTTP/1.1\r\nHost: a.mesh\0\r\n\r\n${next}`),
    attack("after an error", "an unknown expectation", false, `${head("Expect: x\r\nContent-Length: 0")}${next}`),
    attack("after an error", "a length over the limit", false, `${head("Content-Length: 99999999999")}${next}`),
    attack("after an error", "a head over the limit", false, `GET ${TARGET} HTTP/1.1\r\n${HOST}X: ${"a".repeat(40_000)}\r\n\r\n${next}`),
    attack("after an error", "more headers than the limit", false, `GET ${TARGET} HTTP/1.1\r\n${HOST}${"X: y\r\n".repeat(120)}\r\n${next}`),
    attack("after an error", "a line over the limit", false, `GET /${"a".repeat(40_000)} HTTP/1.1\r\n${HOST}\r\n${next}`),
    attack("after an error", "binary", false, `\x16\x03\x01\x02\x00\x01\x00${next}`),
    attack("after an error", "a PROXY line", false, `PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n${next}`),
    attack("after an error", "the preface of HTTP/2", false, `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${next}`),
  ];
}
