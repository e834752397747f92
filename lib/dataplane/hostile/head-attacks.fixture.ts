/** Attacks on what a head says. */
import { type Attack, attack, HIDDEN, HOST, hex, TARGET, TOKEN } from "./attack.fixture.ts";

/** Request lines that say no version, another one, or no target of the four forms. */
const BAD_LINES = [
  ...[
    `GET ${TARGET}`,
    `GET ${TARGET} `,
    `GET ${TARGET} HTTP/0.9`,
    `GET ${TARGET} HTTP/1.2`,
    `GET ${TARGET} HTTP/2.0`,
    `GET ${TARGET} HTTP/2`,
    `GET ${TARGET} HTTP/9.9`,
  ],
  ...[
    `GET ${TARGET} HTTP/1`,
    `GET ${TARGET} HTTP/01.1`,
    `GET ${TARGET} HTTP/1.01`,
    `GET ${TARGET} HTTP/11`,
    `GET ${TARGET} HTTP/+1.1`,
    `GET ${TARGET} HTTP/1.1.1`,
  ],
  ...[
    `GET ${TARGET} http/1.1`,
    `GET ${TARGET} HTTPS/1.1`,
    `GET ${TARGET} ICY/1.1`,
    `GET ${TARGET} HTTP/1.1 HTTP/1.1`,
    `GET ${TARGET} x HTTP/1.1`,
    `GET HTTP/1.1`,
    "GET",
  ],
  ...[
    "GET  HTTP/1.1",
    `GET attack HTTP/1.1`,
    `GET ?a HTTP/1.1`,
    `GET * HTTP/1.1`,
    `GET http:/a.mesh/ HTTP/1.1`,
    `GET http:a.mesh HTTP/1.1`,
    `GET //a.mesh:80:80 http`,
  ],
  ...[
    `GET http://evil/ HTTP/1.1`,
    `GET http://a.mesh@evil/ HTTP/1.1`,
    `GET http://evil@a.mesh/ HTTP/1.1`,
    `GET http:///attack HTTP/1.1`,
    `GET http://a.mesh:99999999/ HTTP/1.1`,
  ],
  ...[
    `GET ftp://a.mesh/ HTTP/1.1`,
    `GET http://a.mesh\\@evil/ HTTP/1.1`,
    `GET http://a.mesh%00.evil/ HTTP/1.1`,
    `GET ${TARGET}#x HTTP/1.1`,
    `PRI * HTTP/2.0`,
  ],
];

export function requestLines(bytes: readonly string[]): readonly Attack[] {
  const places: readonly (readonly [place: string, write: (byte: string) => string, isPassed: (byte: string) => boolean])[] = [
    ["before the method", (byte) => `${byte}GET ${TARGET} HTTP/1.1`, (byte) => TOKEN.test(byte)],
    ["after the method", (byte) => `GET${byte}${TARGET} HTTP/1.1`, (byte) => byte === " "],
    ["after the first space", (byte) => `GET ${byte}${TARGET} HTTP/1.1`, (byte) => byte === "/"],
    ["in the target", (byte) => `GET ${TARGET}${byte}b HTTP/1.1`, (byte) => byte > " " && byte < "\x7f" && byte !== "#"],
    ["for the second space", (byte) => `GET ${TARGET}${byte}HTTP/1.1`, (byte) => byte === " "],
    ["before the version", (byte) => `GET ${TARGET} ${byte}HTTP/1.1`, () => false],
    ["for the dot of the version", (byte) => `GET ${TARGET} HTTP/1${byte}1`, (byte) => byte === "."],
    ["for the slash of the version", (byte) => `GET ${TARGET} HTTP${byte}1.1`, (byte) => byte === "/"],
    ["after the version", (byte) => `GET ${TARGET} HTTP/1.1${byte}`, () => false],
  ];
  return [
    ...places.flatMap(([place, write, isPassed]) =>
      bytes.map((byte) => attack("request line, one byte", `${hex(byte)} ${place}`, isPassed(byte), `${write(byte)}\r\n${HOST}\r\n`)),
    ),
    ...BAD_LINES.map((line) => attack("request line, forms", line, false, `${line}\r\n${HOST}\r\n`)),
    ...["", "\r\n"].map((before) =>
      attack("request line, forms", `${JSON.stringify(before)} before it`, true, `${before}GET ${TARGET} HTTP/1.1\r\n${HOST}\r\n`),
    ),
    ...["\n", "\r", "\r\n\r\n", "\r\r\n", "\0", " ", "\xef\xbb\xbf"].map((before) =>
      attack("request line, forms", `${JSON.stringify(before)} before it`, false, `${before}GET ${TARGET} HTTP/1.1\r\n${HOST}\r\n`),
    ),
    ...[
      `GET http://a.mesh${TARGET} HTTP/1.1`,
      `GET HTTP://A.mesh:80${TARGET} HTTP/1.1`,
      `get ${TARGET} HTTP/1.1`,
      `FOO ${TARGET} HTTP/1.1`,
    ].map((line) => attack("request line, forms", line, true, `${line}\r\n${HOST}\r\n`)),
  ];
}

export function headerBytes(bytes: readonly string[]): readonly Attack[] {
  const isText = (byte: string) => byte === "\t" || (byte >= " " && byte !== "\x7f");
  const places: readonly (readonly [place: string, write: (byte: string) => string, isPassed: (byte: string) => boolean])[] = [
    ["in a name", (byte) => `A${byte}B: c`, (byte) => TOKEN.test(byte) || byte === ":"],
    ["before a name", (byte) => `${byte}AB: c`, (byte) => TOKEN.test(byte)],
    ["after a name", (byte) => `AB${byte}: c`, (byte) => TOKEN.test(byte) || byte === ":"],
    ["in a value", (byte) => `AB: c${byte}Transfer-Encoding: chunked`, isText],
    ["after a value", (byte) => `AB: c${byte}`, isText],
    ["between two lines", (byte) => `AB: c\r\n${byte}\r\nTransfer-Encoding: chunked`, () => false],
  ];
  return places.flatMap(([place, write, isPassed]) =>
    bytes.map((byte) =>
      attack("header, one byte", `${hex(byte)} ${place}`, isPassed(byte), `GET ${TARGET} HTTP/1.1\r\n${HOST}${write(byte)}\r\n\r\n`),
    ),
  );
}

/** Each line end of a head in another spelling. */
export function lineEnds(): readonly Attack[] {
  const lines = [`POST ${TARGET} HTTP/1.1`, "Host: a.mesh", "A: b", "Content-Length: 4", "C: d", ""];
  const ends = [
    "\n",
    "\r",
    "\r\r\n",
    "\n\r",
    "\r\n ",
    "\r\n\t",
    "\r\n\n",
    "\n\n",
    "\r\r",
    "\x00\r\n",
    "\r\x00\n",
    "\x0b\r\n",
    "\x0c\r\n",
    "\x85",
    "\xe2\x80\xa8",
    "\\r\\n",
    "%0d%0a",
    "\xc4\x8d\xc4\x8a",
  ];
  return (
    lines
      .flatMap((_, place) =>
        ends.map((end) => {
          const text = lines.map((line, at) => line + (at === place ? end : "\r\n")).join("");
          // Where it is no line end for anybody, it is part of a value.
          const isValue = /^[\x80-\xff]+$|^\\|^%/.test(end) && place === 2;
          return attack(
            "line ends",
            `${JSON.stringify(end)} after line ${place + 1}`,
            isValue,
            isValue ? text : `${text}data${HIDDEN}x\r\n\r\n`,
          );
        }),
      )
      // After the empty line a blank is the first byte of the body, and what is no line end leaves the head without its end.
      .filter(({ name }) => !/("\\r\\n[ \\tn]+"|"[\x80-\xff]+"|"[\\%].*"|"\\\\r.*") after line 6/.test(name))
  );
}

export function hosts(): readonly Attack[] {
  const refused = [
    ...[
      "",
      "Host:",
      "Host: ",
      "Host: a.mesh\r\nHost: a.mesh",
      "Host: a.mesh\r\nHost: evil",
      "Host: evil\r\nhost: a.mesh",
      "Host: a.mesh, evil",
      "Host: a.mesh evil",
    ],
    ...[
      "Host : a.mesh",
      " Host: a.mesh",
      "Host\x00: a.mesh",
      "Host: a.mesh\x00",
      "Host: \x00a.mesh",
      "Host: a.mesh/",
      "Host: a.mesh/../evil",
      "Host: a.mesh?x",
      "Host: a.mesh#x",
    ],
    ...[
      "Host: u@a.mesh",
      "Host: http://a.mesh",
      "Host: a.mesh:",
      "Host: a.mesh:80:80",
      "Host: a.mesh:-1",
      "Host: a.mesh:0x50",
      "Host: a.mesh:80a",
      "Host: a.mesh:999999",
    ],
    ...[
      "Host: [::1",
      "Host: ::1",
      "Host: [a.mesh]",
      "Host: a.mesh\\evil",
      "Host: a.mesh;evil",
      "Host: a.mesh|evil",
      "Host: a.mesh%00",
      "Host: a.mesh\xff",
      "Host:\r\n a.mesh",
    ],
    ...[
      'Host: "a.mesh"',
      "Host: a.mesh\tevil",
      "Host: *",
      "Host: a.mesh&x",
      "Host: a.mesh\r\n evil",
      "Host: a.mesh\r\nHost : evil",
      "Ho st: a.mesh",
    ],
  ];
  const passed = [
    "Host: a.mesh",
    "hOST:A.MESH",
    "Host:\t a.mesh \t",
    "Host: a.mesh:80",
    "Host: a.mesh\r\nX-Host: evil",
    "Host: a.mesh\r\nHost_: evil",
  ];
  return [
    ...refused.map((line) =>
      attack("host", JSON.stringify(line), false, `GET ${TARGET} HTTP/1.1\r\n${line}${line === "" ? "" : "\r\n"}\r\n`),
    ),
    ...passed.map((line) => attack("host", JSON.stringify(line), true, `GET ${TARGET} HTTP/1.1\r\n${line}\r\n\r\n`)),
    attack("host", "another one than that of the target", false, `GET http://a.mesh${TARGET} HTTP/1.1\r\nHost: evil\r\n\r\n`),
    attack("host", "another port than that of the target", false, `GET http://a.mesh:81${TARGET} HTTP/1.1\r\nHost: a.mesh\r\n\r\n`),
    attack("host", "none, with one in the target", false, `GET http://a.mesh${TARGET} HTTP/1.1\r\nX: y\r\n\r\n`),
  ];
}
