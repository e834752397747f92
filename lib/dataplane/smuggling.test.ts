/** Known ways to smuggle a request past a proxy, against an instance that parses as leniently as `node:http` can be made to. */
import http from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestMesh, snapshotWith, type TestMesh } from "./test-mesh.fixture.ts";

let mesh: TestMesh;
let seen: string[] = [];

beforeAll(async () => {
  mesh = await openTestMesh();
  const instance = http.createServer({ insecureHTTPParser: true, keepAliveTimeout: 60_000 }, (request, response) => {
    seen.push(`${request.method} ${request.url}`);
    request.resume().on("end", () => response.end("ok"));
  });
  const port = await mesh.serve(instance);
  expect(mesh.proxy.applySnapshot(snapshotWith([{ service: "a", version: "1.0.0", port }])).ok).toBe(true);
  await mesh.proxy.settled();
});

afterAll(() => mesh.close());

const SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a.mesh\r\nX: ";

/** Lines that some parser takes for `Transfer-Encoding: chunked` and another does not. */
const CODINGS: readonly string[] = [
  "Transfer-Encoding: chunked",
  "Transfer-Encoding : chunked",
  "Transfer-Encoding\t: chunked",
  " Transfer-Encoding: chunked",
  "\tTransfer-Encoding: chunked",
  "X: y\r\n Transfer-Encoding: chunked",
  "X: y\nTransfer-Encoding: chunked",
  "X: y\rTransfer-Encoding: chunked",
  "X: y\r\rTransfer-Encoding: chunked",
  "Transfer-Encoding:\tchunked",
  "Transfer-Encoding:chunked",
  "Transfer-Encoding:  chunked ",
  "Transfer-Encoding: chunked\t",
  "Transfer-Encoding: \x0bchunked",
  "Transfer-Encoding: \x0cchunked",
  "Transfer-Encoding: \x00chunked",
  "Transfer-Encoding: chunked\x00",
  "Transfer-Encoding: \x7fchunked",
  "Transfer-Encoding: \xa0chunked",
  "Transfer-Encoding: \x85chunked",
  "\x00Transfer-Encoding: chunked",
  "Transfer-Encoding\x00: chunked",
  "Transfer\x00-Encoding: chunked",
  "Transfer-Encoding: CHUNKED",
  "tRANSFER-eNCODING: chunked",
  "Transfer_Encoding: chunked",
  "Transfer Encoding: chunked",
  "Transfer-Encoding: chunk",
  "Transfer-Encoding: chunkedd",
  "Transfer-Encoding: xchunked",
  "Transfer-Encoding: cow",
  "Transfer-Encoding: cow, chunked",
  "Transfer-Encoding: chunked, cow",
  "Transfer-Encoding: chunked, chunked",
  "Transfer-Encoding: ,chunked",
  "Transfer-Encoding: chunked,",
  "Transfer-Encoding: chunked;q=0.5",
  "Transfer-Encoding: chunked ;",
  'Transfer-Encoding: "chunked"',
  "Transfer-Encoding: 'chunked'",
  "Transfer-Encoding: identity",
  "Transfer-Encoding: identity, chunked",
  "Transfer-Encoding:",
  "Transfer-Encoding:\r\n chunked",
  "Transfer-Encoding: chu\r\n nked",
  "Transfer-Encoding: chunked\r\nTransfer-Encoding: cow",
  "Transfer-Encoding: cow\r\nTransfer-Encoding: chunked",
  "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
  "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
  "Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked",
  "Connection: Content-Length\r\nTransfer-Encoding: chunked",
  "Content-Encoding: chunked",
  "TE: chunked",
  "X: Transfer-Encoding: chunked",
  "Foo\r\nTransfer-Encoding: chunked",
  ": x\r\nTransfer-Encoding: chunked",
  "Transfer-Encoding:chunked\r\n\tx: y",
];

/** Lines that some parser takes for a length other than that of the body. */
const LENGTHS: readonly string[] = [
  "Content-Length: 0\r\nContent-Length: $",
  "Content-Length: $\r\nContent-Length: 0",
  "Content-Length: $, $",
  "Content-Length: 0, $",
  "Content-Length: +$",
  "Content-Length: -$",
  "Content-Length: 0$",
  "Content-Length: 0x$",
  "Content-Length: $ 0",
  "Content-Length: $.0",
  "Content-Length: $e0",
  "Content-Length: $_0",
  'Content-Length: "$"',
  "Content-Length: $;x",
  "Content-Length : $",
  " Content-Length: $",
  "X: y\n Content-Length: $",
  "X: y\nContent-Length: $",
  "X: y\rContent-Length: $",
  "Content-Length: \x0b$",
  "Content-Length: $\x00",
  "Content-Length\x00: $",
  "Content-Length:\r\n $",
  "Content-Length: 18446744073709551616",
  "Content-Length: 4294967296",
];

const head = (lines: string) => `POST /first HTTP/1.1\r\nHost: a.mesh\r\n${lines}\r\n\r\n`;
const hidden = `0\r\n\r\n${SMUGGLED}`;

test.each(CODINGS.flatMap((coding) => [coding, coding.replace(": ", ":")]).filter((each, at, all) => all.indexOf(each) === at))(
  "a body that %j would end early is never read as a second request",
  async (coding) => {
    const sized = `Content-Length: ${hidden.length}`;
    await expectNoSmuggling(`${head(`${sized}\r\n${coding}`)}${hidden}`);
    await expectNoSmuggling(`${head(`${coding}\r\n${sized}`)}${hidden}`);
    // The other way round: the length is short, and the chunk holds the request.
    const chunk = `${SMUGGLED.length.toString(16)}\r\n${SMUGGLED}\r\n0\r\n\r\n`;
    const short = `Content-Length: ${chunk.indexOf("\n") + 1}`;
    await expectNoSmuggling(`${head(`${short}\r\n${coding}`)}${chunk}`);
    await expectNoSmuggling(`${head(`${coding}\r\n${short}`)}${chunk}`);
  },
);

test.each(LENGTHS)("a body whose length is %j is never read as a second request", async (lines) => {
  await expectNoSmuggling(`${head(lines.replaceAll("$", String(SMUGGLED.length)))}${SMUGGLED}`);
});

test.each([
  ["a size that overflows 64 bits", `10000000000000005\r\nhello\r\n0\r\n\r\n${SMUGGLED}`],
  ["a bare LF after the size", `5\nhello\r\n0\r\n\r\n${SMUGGLED}`],
  ["a bare CR after the size", `5\rhello\r\n0\r\n\r\n${SMUGGLED}`],
  ["a bare LF in an extension", `5;x\nhello\r\n0\r\n\r\n${SMUGGLED}`],
  ["a bare LF as the end", `5\r\nhello\r\n0\n\n${SMUGGLED}`],
  ["a sign before the size", `+5\r\nhello\r\n0\r\n\r\n${SMUGGLED}`],
  ["0x before the size", `0x5\r\nhello\r\n0\r\n\r\n${SMUGGLED}`],
  ["an underscore in the size", `0_5\r\nhello\r\n0\r\n\r\n${SMUGGLED}`],
  ["whitespace after the size", `5 \r\nhello\r\n0\r\n\r\n${SMUGGLED}`],
  ["a chunk longer than its size", `2\r\nhello\r\n0\r\n\r\n${SMUGGLED}`],
  ["no CR LF after the data", `5\r\nhelloxx0\r\n\r\n${SMUGGLED}`],
  ["a trailer without colon", `5\r\nhello\r\n0\r\nGET /smuggled HTTP/1.1\r\n\r\n`],
])("a chunked body with %s lets nothing after it through", async (_, body) => {
  await expectNoSmuggling(`${head("Transfer-Encoding: chunked")}${body}`);
});

/**
 * Whatever becomes of the text, the instance sees no request that was hidden in a body. What is left of it is completed by a request of
 * the same caller, as an attacker's would be by a victim's.
 */
async function expectNoSmuggling(text: string): Promise<void> {
  seen = [];
  const caller = await mesh.dial();
  caller.send(text);
  caller.send("x\r\n\r\nGET /victim HTTP/1.1\r\nHost: a.mesh\r\nConnection: close\r\n\r\n");
  caller.socket.on("error", () => {});
  const victim = await mesh.dial();
  await Promise.race([caller.ended, caller.until(/^HTTP\/1\.1 [45]\d\d/).catch(() => {}), caller.until(/ok[\s\S]*ok/).catch(() => {})]);
  victim.send("GET /other HTTP/1.1\r\nHost: a.mesh\r\nConnection: close\r\n\r\n");
  await victim.ended;
  caller.socket.destroy();
  expect([seen.filter((line) => line.includes("smuggled")), victim.received.slice(9, 12)]).toEqual([[], "200"]);
}
