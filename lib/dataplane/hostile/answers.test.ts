/** Answers that one program reads in another way than the next one: what an instance that was taken over could do to other callers (RELIABILITY 26, 34). */
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestMesh, rawInstance, snapshotWith, type TestMesh } from "../test-mesh.fixture.ts";

let mesh: TestMesh;
let answer = "";
/** Requests that the instance has seen. */
let asked = 0;

beforeAll(async () => {
  mesh = await openTestMesh();
  const port = await mesh.serve(
    rawInstance((socket, received) => {
      const isVictim = received.slice(received.lastIndexOf("GET /")).startsWith("GET /victim");
      if (!received.endsWith("\r\n\r\n")) return;
      asked++;
      socket.write(isVictim ? "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nvictim" : answer, "latin1");
    }),
  );
  const policies = { a: { outlierDetection: { consecutive5xx: 0, consecutiveGatewayFailures: 0 } } };
  const snapshot = snapshotWith([{ service: "a", version: "1.0.0", port }], { policies });
  expect(mesh.proxy.applySnapshot(snapshot).ok).toBe(true);
  await mesh.proxy.settled();
});

afterAll(() => mesh.close());

const FORGED = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged";
const lines = (text: string) => `HTTP/1.1 200 OK\r\n${text}\r\n\r\n`;

/** Sends one request, and one of somebody else; returns what became of the first. */
async function outcome(text: string, method = "GET"): Promise<string> {
  answer = text;
  const caller = await mesh.dial();
  caller.socket.on("error", () => {});
  const before = asked;
  caller.send(`${method} / HTTP/1.1\r\nHost: a.mesh\r\n\r\n`);
  await expect.poll(() => asked).toBeGreaterThan(before);
  caller.send("GET /victim HTTP/1.1\r\nHost: a.mesh\r\nConnection: close\r\n\r\n");
  await caller.ended;
  for (const _ of [1, 2]) {
    const victim = await mesh.dial();
    victim.send("GET /victim HTTP/1.1\r\nHost: a.mesh\r\nConnection: close\r\n\r\n");
    await victim.ended;
    expect(victim.received).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nvictim$/);
  }
  return caller.received;
}

const AMBIGUOUS: readonly (readonly [name: string, text: string])[] = [
  ["two lengths", `${lines("Content-Length: 2\r\nContent-Length: 4")}okok`],
  ["two equal lengths", `${lines("Content-Length: 2\r\nContent-Length: 2")}ok`],
  ["a length and chunks", `${lines("Content-Length: 2\r\nTransfer-Encoding: chunked")}0\r\n\r\n${FORGED}`],
  ["a list as length", `${lines("Content-Length: 2, 2")}ok`],
  ["a sign before its length", `${lines("Content-Length: +2")}ok`],
  ["a length of zeros in front", `${lines("Content-Length: 02")}ok`],
  ["a negative length", `${lines("Content-Length: -1")}ok`],
  ["a hexadecimal length", `${lines("Content-Length: 0x2")}ok`],
  ["no value as length", `${lines("Content-Length:")}ok`],
  ["another coding", `${lines("Transfer-Encoding: gzip, chunked")}0\r\n\r\n`],
  ["chunked twice", `${lines("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked")}0\r\n\r\n`],
  ["a vertical tab before the coding", `${lines("Transfer-Encoding: \x0bchunked")}0\r\n\r\n`],
  ["a blank before a colon", `${lines("Content-Length : 2")}ok`],
  ["a blank before a name", `${lines("X: y\r\n Content-Length: 2")}ok`],
  ["a bare LF in its head", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok"],
  ["a bare LF between two headers", `${lines("X: y\nContent-Length: 2")}ok`],
  ["a bare CR between two headers", `${lines("X: y\rContent-Length: 2")}ok`],
  ["NUL in a value", `${lines("X: \0\r\nContent-Length: 2")}ok`],
  ["no colon in a header", `${lines("Content-Length: 2\r\nnothing")}ok`],
  ["chunks in HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
  ["another version", "HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok"],
  ["another protocol", "ICY 200 OK\r\nContent-Length: 2\r\n\r\nok"],
  ["a status of four digits", "HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\nok"],
  ["a status of 099", "HTTP/1.1 099 OK\r\nContent-Length: 2\r\n\r\nok"],
  ["a status of 600", "HTTP/1.1 600 OK\r\nContent-Length: 2\r\n\r\nok"],
  ["a signed status", "HTTP/1.1 +20 OK\r\nContent-Length: 2\r\n\r\nok"],
  ["something before its head", `x\r\n${lines("Content-Length: 2")}ok`],
  ["101 that nobody asked for", `HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n${FORGED}`],
  ["a head that is too large", lines(`X: ${"y".repeat(70_000)}`)],
  ["more headers than 256", lines("X: y\r\n".repeat(300).trimEnd())],
  ["more interim answers than 32", `${"HTTP/1.1 100 Continue\r\n\r\n".repeat(40)}${FORGED}`],
];

test.each(AMBIGUOUS)("an answer with %s is 502 and goes no further", async (_, text) => {
  const received = await outcome(text);
  const final = received.replace(/^(?:HTTP\/1\.1 1\d\d [^\r]*\r\n\r\n)+/, "");
  expect(final).toMatch(/^HTTP\/1\.1 502 [\s\S]*\r\nx-interlock-code: upstream\.protocol-error\r\n/);
  expect(received).not.toContain("forged");
});

test.each([
  ["a size with a sign", "+2\r\nok\r\n0\r\n\r\n"],
  ["a size of 0x2", "0x2\r\nok\r\n0\r\n\r\n"],
  ["a size that overflows", "10000000000000002\r\nok\r\n0\r\n\r\n"],
  ["a bare LF after a size", "2\nok\r\n0\r\n\r\n"],
  ["a blank after a size", "2 \r\nok\r\n0\r\n\r\n"],
  ["a chunk longer than its size", "1\r\nok\r\n0\r\n\r\n"],
  ["a bare LF at the end", "2\r\nok\r\n0\r\n\n"],
  ["a trailer without colon", "2\r\nok\r\n0\r\nx\r\n\r\n"],
])("chunks with %s never look like a whole answer", async (_, body) => {
  const received = await outcome(`${lines("Transfer-Encoding: chunked")}${body}${FORGED}`);
  expect(received).not.toContain("forged");
  expect(received).not.toMatch(/^HTTP\/1\.1 200[\s\S]*\r\n0\r\n/);
});

test.each([
  ["a length", "GET", `${lines("Content-Length: 2")}ok${FORGED}`],
  ["chunks", "GET", `${lines("Transfer-Encoding: chunked")}2\r\nok\r\n0\r\n\r\n${FORGED}`],
  ["no body, to HEAD", "HEAD", `${lines("Content-Length: 2")}ok${FORGED}`],
  ["204", "GET", `HTTP/1.1 204 No Content\r\n\r\n${FORGED}`],
  ["204 that announces a body", "GET", `HTTP/1.1 204 No Content\r\nContent-Length: ${FORGED.length}\r\n\r\n${FORGED}`],
  ["304", "GET", `HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n${FORGED}`],
  ["a length of 0", "GET", `${lines("Content-Length: 0")}${FORGED}`],
])("what comes after an answer with %s never answers another request", async (_, method, text) => {
  expect(await outcome(text, method)).not.toContain("forged");
});
