import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { ok } from "../std/index.ts";
import { Guard, type Resolve, sendGuarded } from "./index.ts";
import { isPrivateAddress } from "./private-address.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const GET = { method: "GET", headers: {} } as const;

function guardOf(allowed: readonly string[] = [], resolve?: Resolve): Guard {
  return new Guard({ allowed, variable: "INTERLOCK_TEST_ALLOW", ...(resolve === undefined ? {} : { resolve }) });
}

/** A real HTTP server on a loopback port. */
async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Counts connections on one port of every loopback address that there is. */
async function listenEverywhere(): Promise<{ readonly port: number; connections(): number }> {
  let connections = 0;
  const server = createTcpServer((socket) => {
    connections++;
    socket.destroy();
  });
  server.listen(0, "::");
  await new Promise((resolve) => server.once("listening", resolve));
  closers.push(() => server.close());
  return { port: (server.address() as AddressInfo).port, connections: () => connections };
}

/** Every spelling that we know of a place that is not on the public internet; PORT is the listener's. */
const INSIDE = [
  "http://127.0.0.1:PORT/",
  "https://127.0.0.1:PORT/",
  "https://127.1:PORT/",
  "https://127.0.1:PORT/",
  "https://2130706433:PORT/",
  "https://0x7f000001:PORT/",
  "https://0x7f.1:PORT/",
  "https://0177.0.0.1:PORT/",
  "https://017700000001:PORT/",
  "https://%31%32%37.0.0.1:PORT/",
  "https://１２７.０.０.１:PORT/",
  "https://127。0。0。1:PORT/",
  "https://0.0.0.0:PORT/",
  "https://0:PORT/",
  "https://127.255.255.254:PORT/",
  "https://[::1]:PORT/",
  "https://[::]:PORT/",
  "https://[0:0:0:0:0:0:0:1]:PORT/",
  "https://[::ffff:127.0.0.1]:PORT/",
  "https://[::ffff:7f00:1]:PORT/",
  "https://[::127.0.0.1]:PORT/",
  "https://[64:ff9b::7f00:1]:PORT/",
  "https://[2002:7f00:1::]:PORT/",
  "https://[fe80::1]:PORT/",
  "https://[fd00::1]:PORT/",
  "https://[ff02::1]:PORT/",
  "https://10.1.2.3:PORT/",
  "https://172.16.0.1:PORT/",
  "https://192.168.1.1:PORT/",
  "https://100.64.0.1:PORT/",
  "https://169.254.169.254:PORT/latest/meta-data",
  "https://192.0.2.1:PORT/",
  "https://198.18.0.1:PORT/",
  "https://224.0.0.1:PORT/",
  "https://255.255.255.255:PORT/",
  "https://localhost:PORT/",
  "https://LOCALHOST.:PORT/",
  "https://mesh.localhost:PORT/",
  "https://metadata.google.internal:PORT/",
  "https://printer.local:PORT/",
  "https://user:secret@login.example.com:PORT/",
  "https://hooks.example.com@127.0.0.1:PORT/",
  "http://hooks.example.com:PORT/",
  "file:///etc/passwd",
  "gopher://127.0.0.1:PORT/",
  "javascript:alert(1)",
  "",
];

test(`none of ${INSIDE.length} spellings of a place inside is ever connected to, nor resolved`, async () => {
  const { connections, port } = await listenEverywhere();
  const resolved: string[] = [];
  const guard = guardOf([], async (name) => {
    resolved.push(name);
    return [{ address: "127.0.0.1", family: 4 }];
  });
  for (const uri of INSIDE) {
    const sent = await sendGuarded(guard, uri.replace("PORT", String(port)), { ...GET, withinMs: 2_000 });
    expect(sent.ok, uri).toBe(false);
  }
  expect(resolved).toEqual([]);
  expect(connections()).toBe(0);
});

describe("a name that leads inside", () => {
  const answers = [
    [{ address: "127.0.0.1", family: 4 }],
    [{ address: "::1", family: 6 }],
    [{ address: "::ffff:127.0.0.1", family: 6 }],
    [{ address: "169.254.169.254", family: 4 }],
    [
      { address: "93.184.216.34", family: 4 },
      { address: "127.0.0.1", family: 4 },
    ],
  ];
  test.each(answers)("is refused where one of its addresses is %o", async (...addresses) => {
    const { connections, port } = await listenEverywhere();
    const guard = guardOf([], async () => addresses);
    const sent = await sendGuarded(guard, `https://hooks.example.com:${port}/`, { ...GET, withinMs: 2_000 });
    expect(sent).toMatchObject({
      ok: false,
      error: expect.stringContaining("is not of the public internet; name its host and port in INTERLOCK_TEST_ALLOW"),
    });
    expect(await guard.checkHost("hooks.example.com", port)).toEqual(sent);
    expect(connections()).toBe(0);
  });

  test("cannot change its mind between the check and the connection: it is resolved once, and the checked address is the one connected to", async () => {
    const { connections, port } = await listenEverywhere();
    let asked = 0;
    const guard = guardOf([], async () => [asked++ === 0 ? { address: "93.184.216.34", family: 4 } : { address: "127.0.0.1", family: 4 }]);
    await sendGuarded(guard, `https://rebind.example.com:${port}/`, { ...GET, withinMs: 300 });
    expect(asked).toBe(1);
    expect(connections()).toBe(0);
  });
});

test("an allowed pair of host and port may be inside and speak plain HTTP, and nothing else on that host may", async () => {
  const port = await serve((_, response) => response.end("here"));
  const allowed = guardOf([`127.0.0.1:${port}`, `relay.internal:${port}`], async () => [{ address: "127.0.0.1", family: 4 }]);
  expect(await sendGuarded(allowed, `http://127.0.0.1:${port}/`, GET)).toEqual(ok({ status: 200, text: "here", isCut: false }));
  expect(await sendGuarded(allowed, `http://relay.internal:${port}/`, GET)).toMatchObject({ ok: true });
  expect(await sendGuarded(allowed, `http://127.0.0.1:${port + 1}/`, GET)).toMatchObject({ ok: false });
  expect(await sendGuarded(allowed, `http://other.internal:${port}/`, GET)).toMatchObject({ ok: false });
});

test("a redirect is not followed, from an allowed host neither", async () => {
  const { connections, port: inside } = await listenEverywhere();
  const port = await serve((_, response) => response.writeHead(307, { location: `http://127.0.0.1:${inside}/` }).end());
  const sent = await sendGuarded(guardOf([`127.0.0.1:${port}`]), `http://127.0.0.1:${port}/`, { method: "POST", headers: {}, body: "x" });
  expect(sent).toMatchObject({ ok: false, error: expect.stringContaining("redirects (307), which is not followed") });
  expect(connections()).toBe(0);
});

test("an answer that is too long is cut, one that is too late or broken off is an error, and the body arrives with its length", async () => {
  const seen: (string | undefined)[] = [];
  const port = await serve((request, response) => {
    seen.push(request.headers["content-length"]);
    if (request.url === "/large") response.end("x".repeat(5_000));
    else if (request.url === "/broken") response.destroy();
    else if (request.url === "/slow") response.write("{");
    else response.writeHead(503).end("no");
  });
  const guard = guardOf([`127.0.0.1:${port}`]);
  const post = (path: string, withinMs = 5_000) =>
    sendGuarded(guard, `http://127.0.0.1:${port}${path}`, { method: "POST", headers: {}, body: "grüße", withinMs, bytesMax: 1_000 });
  expect(await post("/large")).toEqual(ok({ status: 200, text: "x".repeat(1_000), isCut: true }));
  expect(await post("/slow", 200)).toEqual({ ok: false, error: "It did not answer within 200 ms." });
  expect(await post("/broken")).toMatchObject({ ok: false });
  expect(await post("/")).toEqual(ok({ status: 503, text: "no", isCut: false }));
  expect(seen).toEqual(["7", "7", "7", "7"]);
});

test("a host without a URL is read like one in a URL", () => {
  const guard = guardOf(["localhost:1025", "[::1]:1025"]);
  for (const host of [
    "127.1",
    "0x7f.1",
    "2130706433",
    "::1",
    "[::1]",
    "::ffff:127.0.0.1",
    "localhost",
    "10.0.0.8",
    "a b",
    "a/b",
    "a@b",
    "",
  ])
    expect(guard.readHost(host, 25), host).toMatchObject({ ok: false });
  expect(guard.readHost("mail.example.com", 587)).toEqual(ok({ name: "mail.example.com", isAllowed: false }));
  expect(guard.readHost("LOCALHOST", 1025)).toEqual(ok({ name: "localhost", isAllowed: true }));
  expect(guard.readHost("::1", 1025)).toEqual(ok({ name: "::1", isAllowed: true }));
});

test("addresses of the public internet are told from all others", () => {
  for (const address of ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "2a00:1450::1"]) expect(isPrivateAddress(address)).toBe(false);
  for (const address of ["::", "::ffff:8.8.8.8", "::ffff:10.0.0.1", "2002:7f00:1::", "2001:db8::1", "ff02::1", "255.255.255.255", "login"])
    expect(isPrivateAddress(address)).toBe(true);
});
