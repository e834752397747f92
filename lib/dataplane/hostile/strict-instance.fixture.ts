/** An instance that reads requests by the letter of RFC 9112, with a parser of its own, and keeps what it sees: the judge of what a proxy sends on. */
import net from "node:net";

const HEAD =
  /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) (\/[\x21-\x7e]*|\*) HTTP\/1\.1\r\n((?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*\r\n)*)\r\n/;

export interface StrictInstance {
  readonly server: net.Server;
  /** Request lines without version, in order. */
  readonly seen: string[];
  /** What no proxy may send: each a sentence with the bytes. */
  readonly violations: string[];
}

interface Read {
  readonly kind: "request" | "more" | "wrong";
  readonly line: string;
  readonly end: number;
  readonly why: string;
  readonly expects: boolean;
}

/** Answers every request with its request line. `mark`: a header that the proxy adds once to each request it sends, and nobody else. */
export function openStrictInstance(mark: string): StrictInstance {
  const seen: string[] = [];
  const violations: string[] = [];
  return { server: net.createServer((socket) => serve(socket, mark, seen, violations)), seen, violations };
}

function serve(socket: net.Socket, mark: string, seen: string[], violations: string[]): void {
  let text = "";
  let isContinued = false;
  const take = (read: Read): boolean => {
    if (read.kind === "request") {
      const body = read.line.startsWith("HEAD ") ? "" : read.line;
      seen.push(read.line);
      text = text.slice(read.end);
      isContinued = false;
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${read.line.length}\r\n\r\n${body}`, "latin1");
      return text !== "";
    }
    if (read.kind === "wrong") {
      violations.push(`${read.why}: ${JSON.stringify(text.slice(0, 400))}`);
      socket.destroy();
    } else if (read.expects && !isContinued) {
      isContinued = true;
      socket.write("HTTP/1.1 100 Continue\r\n\r\n");
    }
    return false;
  };
  socket.on("error", () => {});
  socket.on("data", (bytes) => {
    text += bytes.toString("latin1");
    while (take(readRequest(text, mark)));
  });
}

function readRequest(text: string, mark: string): Read {
  const wrong = (why: string): Read => ({ kind: "wrong", line: "", end: 0, why, expects: false });
  if (!text.includes("\r\n\r\n")) return { kind: "more", line: "", end: 0, why: "", expects: false };
  const head = HEAD.exec(text);
  if (head === null) return wrong("the head is not valid");
  const [whole, method = "", target = "", lines = ""] = head;
  const fields = lines
    .split("\r\n")
    .slice(0, -1)
    .map((line) => ({ name: line.slice(0, line.indexOf(":")).toLowerCase(), value: line.slice(line.indexOf(":") + 1).trim() }));
  const valuesOf = (name: string) => fields.filter((field) => field.name === name).map(({ value }) => value);
  const lengths = valuesOf("content-length");
  const codings = valuesOf("transfer-encoding");
  if (valuesOf("host").length !== 1) return wrong("there is not one Host");
  if (valuesOf(mark).length !== 1) return wrong("the proxy has not counted it as a request");
  if (lengths.length + codings.length > 1) return wrong("there are two framings");
  if (lengths.some((value) => !/^(?:0|[1-9]\d{0,14})$/.test(value))) return wrong("the length is no plain number");
  if (codings.some((value) => value !== "chunked")) return wrong("the coding is other than chunked");
  const end = codings.length > 0 ? chunksEnd(text, whole.length) : whole.length + Number(lengths[0] ?? 0);
  if (end < 0) return wrong("the chunks are not valid");
  if (end > text.length) return { kind: "more", line: "", end: 0, why: "", expects: valuesOf("expect").length > 0 };
  return { kind: "request", line: `${method} ${target}`, end, why: "", expects: false };
}

/** Position after a chunked body; beyond the text while it is not complete, -1 where it is wrong. */
function chunksEnd(text: string, start: number): number {
  const more = text.length + 1;
  for (let at = start; ; ) {
    const size = /^([0-9a-f]{1,12})\r\n/.exec(text.slice(at, at + 20));
    if (size === null) return /^[0-9a-f]{0,12}\r?$/.test(text.slice(at)) ? more : -1;
    const length = Number.parseInt(size[1] ?? "", 16);
    at += size[0].length;
    if (length === 0) {
      const trailers = /^(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*\r\n)*\r\n/.exec(text.slice(at));
      if (trailers !== null) return at + trailers[0].length;
      return text.slice(at).includes("\r\n\r\n") ? -1 : more;
    }
    if (text.length < at + length + 2) return more;
    if (text.slice(at + length, at + length + 2) !== "\r\n") return -1;
    at += length + 2;
  }
}
