/** Attacks on where a body ends. */
import { type Attack, attack, chunk, END, HIDDEN, head, hex, TOKEN } from "./attack.fixture.ts";

/** `Transfer-Encoding: chunked` with one byte put into it: alone, and beside a length. */
export function codingBytes(bytes: readonly string[]): readonly Attack[] {
  const places: readonly (readonly [place: string, write: (byte: string) => string, isOther: (byte: string) => boolean])[] = [
    ["before the name", (byte) => `${byte}Transfer-Encoding: chunked`, (byte) => TOKEN.test(byte)],
    ["after the name", (byte) => `Transfer-Encoding${byte}: chunked`, (byte) => TOKEN.test(byte)],
    ["for the hyphen", (byte) => `Transfer${byte}Encoding: chunked`, (byte) => byte !== "-" && (byte === ":" || TOKEN.test(byte))],
    ["before the value", (byte) => `Transfer-Encoding:${byte}chunked`, () => false],
    ["after the value", (byte) => `Transfer-Encoding: chunked${byte}`, () => false],
    ["in the value", (byte) => `Transfer-Encoding: chunk${byte}ed`, () => false],
  ];
  return places.flatMap(([place, write, isOther]) =>
    bytes.flatMap((byte) => {
      const line = write(byte);
      const means = /^Transfer-Encoding:[ \t]*chunked[ \t]*$/.test(line);
      const name = `${hex(byte)} ${place}`;
      const hidden = `${END}${HIDDEN}`;
      return [
        attack("coding, one byte", `${name}, before a length`, isOther(byte), head(`${line}\r\nContent-Length: ${hidden.length}`) + hidden),
        attack("coding, one byte", `${name}, after a length`, isOther(byte), head(`Content-Length: ${hidden.length}\r\n${line}`) + hidden),
        // Alone, what is another header means no body; what follows is a request of its own.
        attack("coding, one byte", name, isOther(byte) || means, head(line) + (isOther(byte) ? "" : chunk("data") + END)),
      ];
    }),
  );
}

export function lengthBytes(bytes: readonly string[]): readonly Attack[] {
  const body = `${HIDDEN}x\r\n\r\n`;
  const places: readonly (readonly [place: string, write: (byte: string) => string])[] = [
    ["before the name", (byte) => `${byte}Content-Length: ${body.length}`],
    ["after the name", (byte) => `Content-Length${byte}: ${body.length}`],
    ["before the value", (byte) => `Content-Length:${byte}${body.length}`],
    ["after the value", (byte) => `Content-Length: ${body.length}${byte}`],
    ["in the value", (byte) => `Content-Length: ${String(body.length)[0]}${byte}${String(body.length).slice(1)}`],
  ];
  return places.flatMap(([place, write]) =>
    bytes
      .filter((byte) => place.endsWith("name") || !/\d/.test(byte))
      .map((byte) => {
        const line = write(byte);
        const isOther = place.endsWith("name") && TOKEN.test(byte);
        const means = new RegExp(`^Content-Length:[ \\t]*${body.length}[ \\t]*$`).test(line);
        return attack("length, one byte", `${hex(byte)} ${place}`, isOther || means, head(line) + (isOther ? "" : body));
      }),
  );
}

const N = HIDDEN.length;
const LENGTHS = [
  ...[`0\r\nContent-Length: ${N}`, `${N}\r\nContent-Length: 0`, `${N}\r\nContent-Length: ${N}`, `${N}, ${N}`, `0, ${N}`, `${N},`, `,${N}`],
  ...[
    `+${N}`,
    `-${N}`,
    `-0`,
    `+0`,
    `0${N}`,
    `00`,
    `0x${N.toString(16)}`,
    `0o17`,
    `0b1`,
    `1e1`,
    `${N}.0`,
    `.${N}`,
    `${N}_0`,
    `1 0`,
    `"${N}"`,
    `'${N}'`,
  ],
  ...[
    `${N};q=1`,
    `${N}\r\n ${N}`,
    ``,
    ` `,
    `NaN`,
    `Infinity`,
    `null`,
    `4294967296${N}`,
    `18446744073709551616`,
    `18446744073709551${N}`,
    `9007199254740993`,
  ],
  ...[
    `9999999999999999999999999`,
    `-18446744073709551615`,
    `${N}\r\nContent_Length: 0`,
    `\uff11`.replace(/./g, "\xef\xbc\x91"),
    `${N}\xa0`,
    `\xa0${N}`,
    `%31`,
  ],
];

const CODINGS = [
  ...[
    "cow",
    "cow, chunked",
    "chunked, cow",
    "chunked, chunked",
    ",chunked",
    "chunked,",
    "chunked;q=1",
    "chunked;",
    '"chunked"',
    "'chunked'",
    "identity",
  ],
  ...[
    "identity, chunked",
    "gzip",
    "gzip, chunked",
    "chunked, gzip",
    "deflate",
    "compress",
    "x-gzip",
    "chunke",
    "chunkedd",
    "xchunked",
    "chunked cow",
    "",
  ],
  ...[
    "chu\r\n nked",
    "\r\n chunked",
    "\r\n\tchunked",
    "chunked\r\n ",
    "chunked\r\nTransfer-Encoding: cow",
    "cow\r\nTransfer-Encoding: chunked",
  ],
  ...[
    "chunked\r\nTransfer-Encoding: chunked",
    "identity\r\nTransfer-Encoding: chunked",
    "\r\nTransfer-Encoding: chunked",
    "c\\hunked",
    "chunked\\",
  ],
  ...[
    "\x00chunked",
    "chunked\x00",
    "\x0bchunked",
    "\x0cchunked",
    "chunked\r",
    "\nchunked",
    "chunKed\xff",
    "\xc5\xbfchunked",
    "chun\xe2\x84\xaaed",
    "%63hunked",
  ],
];

export function twoLengths(): readonly Attack[] {
  const hidden = `${END}${HIDDEN}`;
  const short = chunk(HIDDEN) + END;
  return [
    ...LENGTHS.map((value) =>
      attack("length, forms", JSON.stringify(value), value.includes("Content_Length"), `${head(`Content-Length: ${value}`)}${HIDDEN}`),
    ),
    ...CODINGS.flatMap((value) => [
      attack("coding, forms", JSON.stringify(value), false, head(`Transfer-Encoding: ${value}`) + hidden),
      attack(
        "coding, forms",
        `${JSON.stringify(value)} and a length`,
        false,
        head(`Content-Length: ${hidden.length}\r\nTransfer-Encoding: ${value}`) + hidden,
      ),
      attack(
        "coding, forms",
        `${JSON.stringify(value)} and a short length`,
        false,
        head(`Transfer-Encoding: ${value}\r\nContent-Length: 4`) + short,
      ),
    ]),
    ...["Chunked", "CHUNKED", "chunked ", "\tchunked", "cHuNkEd\t "].map((value) =>
      attack("coding, forms", `${JSON.stringify(value)} alone`, true, head(`tRANSFER-eNCODING:${value}`) + chunk("data") + END),
    ),
  ];
}

/** A chunked body with every byte in each place where only few may stand. */
export function chunkBytes(bytes: readonly string[]): readonly Attack[] {
  const ok = chunk("data") + END;
  const HEX = /^[0-9A-Fa-f]$/;
  const isText = (byte: string) => byte === "\t" || (byte >= " " && byte !== "\x7f");
  const places: readonly (readonly [place: string, write: (byte: string) => string, isPassed: (byte: string) => boolean])[] = [
    ["before the size", (byte) => `${byte}${ok}`, (byte) => byte === "0"],
    ["after the size", (byte) => `4${byte}\r\ndata\r\n${END}`, (byte) => byte === ";"],
    ["in an extension", (byte) => `4;a=${byte}\r\ndata\r\n${END}`, isText],
    ["for the CR of a size", (byte) => `4${byte}\ndata\r\n${END}`, (byte) => byte === "\r"],
    ["for the LF of a size", (byte) => `4\r${byte}data\r\n${END}`, (byte) => byte === "\n"],
    ["for the CR of the data", (byte) => `4\r\ndata${byte}\n${END}`, (byte) => byte === "\r"],
    ["for the LF of the data", (byte) => `4\r\ndata\r${byte}${END}`, (byte) => byte === "\n"],
    ["for the last CR", (byte) => `4\r\ndata\r\n0\r\n${byte}\n`, (byte) => byte === "\r"],
    ["in a trailer's value", (byte) => `4\r\ndata\r\n0\r\nX-A: ${byte}\r\n\r\n`, isText],
    ["in a trailer's name", (byte) => `4\r\ndata\r\n0\r\nX${byte}A: b\r\n\r\n`, (byte) => TOKEN.test(byte) || byte === ":"],
    ["before a trailer", (byte) => `4\r\ndata\r\n0\r\n${byte}X-A: b\r\n\r\n`, (byte) => TOKEN.test(byte)],
  ];
  const waits = (place: string, byte: string) =>
    // What is a longer size, or a trailer that goes on, is complete only with what follows; `chunkForms` has those.
    (place === "after the size" && HEX.test(byte)) ||
    (place === "before the size" && HEX.test(byte) && byte !== "0") ||
    (place === "for the last CR" && isText(byte));
  return places.flatMap(([place, write, isPassed]) =>
    bytes
      .filter((byte) => !waits(place, byte))
      .map((byte) =>
        attack(
          "chunks, one byte",
          `${hex(byte)} ${place}`,
          isPassed(byte),
          head("Transfer-Encoding: chunked") + write(byte) + (isPassed(byte) ? "" : HIDDEN),
        ),
      ),
  );
}

/** Each line end of a chunked body in another spelling. */
export function chunkEnds(): readonly Attack[] {
  const lines = ["4", "data", "4;a=b", "more", "0", "X-A: b", ""];
  const ends = ["\n", "\r", "\n\r", "\r\r\n", "\n\n", "\r\n\n", "\0\n", " \n", "\x85", ""];
  return lines.flatMap((_, place) =>
    // After the last line it would be the first byte of the next request.
    ends
      .filter((end) => place < 6 || end !== "\r\n\n")
      .map((end) => {
        const body = lines.map((line, at) => line + (at === place ? end : "\r\n")).join("");
        const text = `${head("Transfer-Encoding: chunked")}${body}${HIDDEN}x\r\n\r\n`;
        return attack("chunks, line ends", `${JSON.stringify(end)} after line ${place + 1}`, false, text);
      }),
  );
}

const BODIES: readonly (readonly [name: string, isPassed: boolean, body: string])[] = [
  ["a chunk longer than its size", false, `2\r\ndata\r\n${END}${HIDDEN}`],
  ["a chunk shorter than its size", false, `6\r\ndata\r\n${END}${HIDDEN}`],
  ["no CR LF after the data", false, `4\r\ndata0\r\n\r\n${HIDDEN}`],
  ["two bytes of another kind after the data", false, `4\r\ndataXX0\r\n\r\n${HIDDEN}`],
  ["bare LF everywhere", false, `4\ndata\n0\n\n${HIDDEN}`],
  ["bare LF at the end", false, `4\r\ndata\r\n0\r\n\n${HIDDEN}`],
  ["a bare CR as an end", false, `4\rdata\r0\r\r${HIDDEN}`],
  ["LF CR", false, `4\n\rdata\n\r0\n\r\n\r${HIDDEN}`],
  ["CR CR LF", false, `4\r\r\ndata\r\r\n0\r\r\n\r\r\n${HIDDEN}`],
  ["a request where trailers are", false, `4\r\ndata\r\n0\r\n${HIDDEN}x\r\n\r\n`],
  ["a trailer that is folded", false, `4\r\ndata\r\n0\r\nX-A: b\r\n c\r\n\r\n${HIDDEN}`],
  ["a trailer without a name", false, `4\r\ndata\r\n0\r\n: b\r\n\r\n${HIDDEN}`],
  ["a trailer with a blank before its colon", false, `4\r\ndata\r\n0\r\nX-A : b\r\n\r\n${HIDDEN}`],
  ["framing in trailers", true, "4\r\ndata\r\n0\r\nContent-Length: 40\r\nTransfer-Encoding: chunked\r\n\r\n"],
  ["Host in trailers", true, "4\r\ndata\r\n0\r\nHost: evil\r\nCookie: a=b\r\n\r\n"],
  ["a last chunk of several zeros", true, "4\r\ndata\r\n0000\r\n\r\n"],
  ["a last chunk with an extension", true, "4\r\ndata\r\n0;a=b\r\n\r\n"],
  ["no data", true, END],
  ["a request in the data", true, chunk(`${HIDDEN}x\r\n\r\n`) + END],
];

export function chunkForms(): readonly Attack[] {
  const refused = [
    ...[
      "+4",
      "-4",
      "0x4",
      "0X4",
      "4h",
      "0_4",
      "4_0",
      "4.0",
      " 4",
      "4 ",
      "\t4",
      "4\t",
      "4 ;x",
      "4\x00",
      "4\x0b",
      "\xef\xbc\x94",
      "%34",
      "4,4",
      "",
      "x",
      "g",
    ],
    ...[
      "-1",
      "ffffffffffffffff4",
      "10000000000000004",
      "100000000000000000000000000000004",
      "8000000000000004",
      "0000000000000004",
      "fffffffffffffffff",
    ],
    ...["4;\x00", "4;a=\n", "4;a\rb", "4;\r", `4;${"x".repeat(5_000)}`],
  ].map((size) =>
    attack(
      "chunks, sizes",
      JSON.stringify(size.slice(0, 20)),
      false,
      `${head("Transfer-Encoding: chunked")}${size}\r\ndata\r\n${END}${HIDDEN}`,
    ),
  );
  const passed = ["4;", "4;a", "4;a=b", '4;a="b;c"', "4;a=b;c=d", "04", "000000000004", "4;;", "4; a = b"].map((size) =>
    attack("chunks, sizes", JSON.stringify(size), true, `${head("Transfer-Encoding: chunked")}${size}\r\ndata\r\n${END}`),
  );
  return [
    ...refused,
    ...passed,
    ...BODIES.map(([name, isPassed, body]) => attack("chunks, bodies", name, isPassed, head("Transfer-Encoding: chunked") + body)),
  ];
}
