import { once } from "node:events";
import net from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deadPort, httpInstance, openTestMesh, rawInstance, snapshotWith, type TestMesh, tally } from "./test-mesh.fixture.ts";

let mesh: TestMesh;
let port: number;
let seen: string[];

beforeEach(async () => {
  mesh = await openTestMesh({ limits: { bodyBytesMax: 100_000, connectionsMax: 20 } });
  seen = [];
  port = await mesh.serve(
    httpInstance((request, response) => {
      seen.push(`${request.method} ${request.headers.host} ${request.url}`);
      request.resume().on("end", () => response.end("ok"));
    }),
  );
});

afterEach(() => mesh.close());

const SERVICE = { service: "a", version: "1.0.0" };

async function adopt(sketch: Parameters<typeof snapshotWith>[1] = {}): Promise<void> {
  expect(mesh.proxy.applySnapshot(snapshotWith([{ ...SERVICE, port }], sketch)).ok).toBe(true);
  await mesh.proxy.settled();
}

describe("a request that is not understood", () => {
  test.each([
    [
      "request.ambiguous-framing",
      400,
      "POST / HTTP/1.1\r\nHost: a.mesh\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a.mesh\r\n\r\n",
    ],
    ["request.malformed", 400, "GET / HTTP/1.1\nHost: a.mesh\n\n"],
    ["request.malformed", 400, "\x16\x03\x01\x02\x00"],
    ["request.expectation", 417, "POST / HTTP/1.1\r\nHost: a.mesh\r\nExpect: tea\r\nContent-Length: 1\r\n\r\nx"],
    ["request.not-supported", 501, "GET https://a.mesh/ HTTP/1.1\r\nHost: a.mesh\r\n\r\n"],
    ["request.head-too-large", 431, `GET / HTTP/1.1\r\nHost: a.mesh\r\nCookie: ${"x".repeat(32 * 1024)}\r\n\r\n`],
    ["request.head-too-large", 431, `GET / HTTP/1.1\r\nHost: a.mesh\r\n${"Cookie: x\r\n".repeat(100)}\r\n`],
    ["request.malformed", 400, "POST / HTTP/1.1\r\nHost: a.mesh\r\nTransfer-Encoding: chunked\r\n\r\nnot a chunk"],
  ])("gets %s (%d), reaches nobody, and ends the connection", async (code, status, text) => {
    await adopt();
    const caller = await mesh.dial();
    caller.send(text);
    expect(await caller.ended).toBe("end");
    expect(caller.received).toMatch(
      new RegExp(`^HTTP/1\\.1 ${status} .*\\r\\n(?:.*\\r\\n)*x-interlock-code: ${code.replace(".", "\\.")}\\r\\n`),
    );
    expect(JSON.parse(caller.received.slice(caller.received.indexOf("\r\n\r\n")))).toMatchObject({ status, code });
    expect(seen).toEqual([]);
    expect(tally(mesh.proxy).codes).toEqual({ [code]: 1 });
  });

  test("head of exactly the limit is accepted, one byte more is not", async () => {
    // Node's own limit is lower than ours.
    port = await mesh.serve(
      rawInstance((socket, text) => void (text.endsWith("\r\n\r\n") && socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))),
    );
    await adopt();
    const head = (bytes: number) => {
      const start = "GET / HTTP/1.1\r\nHost: a.mesh\r\nConnection: close\r\nX: ";
      return `${start}${"x".repeat(bytes - start.length - 4)}\r\n\r\n`;
    };
    const statuses = await Promise.all(
      [32 * 1024, 32 * 1024 + 1].map(async (bytes) => {
        const caller = await mesh.dial();
        caller.send(head(bytes));
        await caller.ended;
        return caller.received.slice(9, 12);
      }),
    );
    expect(statuses).toEqual(["200", "431"]);
  });
});

describe("a body over the limit", () => {
  test("is refused by its length before a byte of it is sent on", async () => {
    await adopt();
    const caller = await mesh.dial();
    caller.send("POST / HTTP/1.1\r\nHost: a.mesh\r\nContent-Length: 100001\r\n\r\n");
    expect(await caller.until("\r\n\r\n")).toContain("x-interlock-code: request.body-too-large");
    expect(seen).toEqual([]);
  });

  test("is cut where its chunks go beyond it, at most 64 KiB further", async () => {
    let received = 0;
    port = await mesh.serve(
      rawInstance((_, text) => {
        received = text.length;
      }),
    );
    await adopt();
    const caller = await mesh.dial();
    caller.send("POST / HTTP/1.1\r\nHost: a.mesh\r\nTransfer-Encoding: chunked\r\n\r\n");
    caller.send(`4000\r\n${"x".repeat(0x4000)}\r\n`.repeat(20));
    expect(await caller.until("\r\n\r\n")).toContain("x-interlock-code: request.body-too-large");
    expect(received).toBeLessThanOrEqual(100_000 + 64 * 1024);
    expect(tally(mesh.proxy)).toMatchObject({ requests: 1, codes: { "request.body-too-large": 1 } });
  });
});

describe("a request that can go nowhere", () => {
  const ask = async (from: number, line: string, host: string) => {
    const caller = await mesh.dial(from);
    caller.send(`${line}\r\nHost: ${host}\r\n\r\n`);
    const received = await caller.until("\r\n\r\n");
    return [received.slice(9, 12), /x-interlock-code: (\S+)/.exec(received)?.[1]];
  };

  test("says that there is no configuration yet", async () => {
    expect(await ask(mesh.ingressPort, "GET / HTTP/1.1", "a.mesh")).toEqual(["503", "proxy.no-snapshot"]);
  });

  test.each([
    ["an unknown host", "nobody.mesh", ["404", "routing.unknown-host"]],
    ["a service without split", "b.mesh", ["503", "routing.no-split"]],
    ["a version without instance", "c.mesh", ["503", "routing.no-healthy-instance"]],
    ["a prototype's name as host", "__proto__.mesh", ["404", "routing.unknown-host"]],
  ])("at the ingress: %s", async (_, host, answer) => {
    await adopt({ weights: { b: {}, c: { "1.0.0": 10_000 } } });
    expect(await ask(mesh.ingressPort, "GET / HTTP/1.1", host)).toEqual(answer);
  });

  test.each([
    ["a destination outside the mesh", "GET http://example.com/ HTTP/1.1", "example.com", ["403", "routing.egress-denied"]],
    ["an address", "GET http://127.0.0.1:22/ HTTP/1.1", "127.0.0.1:22", ["403", "routing.egress-denied"]],
    ["an unknown service", "GET http://nobody.mesh/ HTTP/1.1", "nobody.mesh", ["404", "routing.unknown-host"]],
    [
      "a port of Interlock that the egress list names",
      "GET http://127.0.0.1:4600/ HTTP/1.1",
      "127.0.0.1:4600",
      ["403", "routing.egress-denied"],
    ],
    ["the same by another name", "GET http://localhost:4600/ HTTP/1.1", "localhost:4600", ["403", "routing.egress-denied"]],
    ["CONNECT outside the list", "CONNECT example.com:443 HTTP/1.1", "example.com:443", ["403", "routing.egress-denied"]],
    ["CONNECT to a service that is no HTTP", "CONNECT a.mesh:443 HTTP/1.1", "a.mesh:443", ["403", "routing.egress-denied"]],
  ])("at an outbound listener: %s", async (_, line, host, answer) => {
    await adopt({ egress: ["127.0.0.1:4600", "localhost:4600"], reservedPorts: [4600], hosts: { a: ["*"] } });
    expect(await ask(mesh.outboundPort(), line, host)).toEqual(answer);
  });

  test.each([
    "2130706433",
    "0x7f.1",
    "127.1",
    "a.localhost",
    "[0:0::1]",
    "[::ffff:7f00:1]",
    "127.0.0.1",
    "127.1.2.3",
    "0.0.0.0",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
  ])("at an outbound listener: a port of the proxy's own at %s, though the egress list names it", async (host) => {
    const authority = `${host}:${mesh.ingressPort}`;
    await adopt({ egress: [authority] });
    const denied = ["403", "routing.egress-denied"];
    expect(await ask(mesh.outboundPort(), `GET http://${authority}/ HTTP/1.1`, authority)).toEqual(denied);
    expect(await ask(mesh.outboundPort(), `CONNECT ${authority} HTTP/1.1`, authority)).toEqual(denied);
  });

  test("CONNECT at the ingress is never answered by a tunnel", async () => {
    await adopt({ egress: ["example.com:443"] });
    expect(await ask(mesh.ingressPort, "CONNECT example.com:443 HTTP/1.1", "example.com:443")).toEqual(["403", "routing.egress-denied"]);
  });

  test("an instance that is registered on a port of Interlock is no target", async () => {
    await adopt({ reservedPorts: [port] });
    expect(await ask(mesh.ingressPort, "GET / HTTP/1.1", "a.mesh")).toEqual(["403", "routing.egress-denied"]);
  });

  test("an instance that is registered on the proxy's own port is no target, so nothing goes round in circles", async () => {
    port = mesh.ingressPort;
    await adopt();
    expect(await ask(mesh.ingressPort, "GET / HTTP/1.1", "a.mesh")).toEqual(["403", "routing.egress-denied"]);
  });

  test("HEAD gets an own answer without a body, and the connection goes on", async () => {
    await adopt();
    const caller = await mesh.dial();
    caller.send("HEAD / HTTP/1.1\r\nHost: nobody.mesh\r\n\r\nGET /next HTTP/1.1\r\nHost: a.mesh\r\n\r\n");
    expect(await caller.until("200 OK")).toMatch(/x-interlock-code: routing\.unknown-host\r\n\r\nHTTP\/1\.1 200 OK/);
  });
});

describe("an outbound listener", () => {
  test.each([
    ["a service in absolute form", "GET http://a.mesh/x?y HTTP/1.1", "a.mesh"],
    ["a service in origin form", "GET /x?y HTTP/1.1", "a.mesh"],
    ["a service by a configured host", "GET http://shop.example.com/x?y HTTP/1.1", "shop.example.com"],
  ])("reaches %s, and the caller is known by it", async (_, line, host) => {
    await adopt({ hosts: { a: ["shop.example.com"] } });
    const caller = await mesh.dial(mesh.outboundPort());
    caller.send(`${line}\r\nHost: ${host}\r\n\r\n`);
    await caller.until("200 OK");
    expect(seen).toEqual([`GET ${host} /x?y`]);
    expect(mesh.proxy.recorder.closeBatch().edges[0]).toMatchObject({ caller: SERVICE, callee: SERVICE, splitEpoch: 1 });
  });

  test("reaches what the egress list allows, in plain HTTP", async () => {
    await adopt({ egress: [`127.0.0.1:${port}`] });
    const caller = await mesh.dial(mesh.outboundPort());
    caller.send(`GET http://127.0.0.1:${port}/out HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    expect(await caller.until("200 OK")).not.toContain("x-interlock-version");
    expect(seen).toEqual([`GET 127.0.0.1:${port} /out`]);
  });

  test("opens a tunnel by CONNECT to what the egress list allows", async () => {
    const echo = await mesh.serve(net.createServer((socket) => void socket.pipe(socket)));
    await adopt({ egress: [`127.0.0.1:${echo}`] });
    const caller = await mesh.dial(mesh.outboundPort());
    caller.send(`CONNECT 127.0.0.1:${echo} HTTP/1.1\r\nHost: 127.0.0.1:${echo}\r\n\r\nearly `);
    await caller.until("early ");
    caller.send("late");
    expect(await caller.until("late")).toBe("HTTP/1.1 200 Connection Established\r\n\r\nearly late");
  });

  test("that cannot connect says so", async () => {
    const dead = await deadPort();
    await adopt({ egress: [`127.0.0.1:${dead}`] });
    const caller = await mesh.dial(mesh.outboundPort());
    caller.send(`CONNECT 127.0.0.1:${dead} HTTP/1.1\r\nHost: 127.0.0.1:${dead}\r\n\r\n`);
    expect(await caller.until("\r\n\r\n")).toContain("x-interlock-code: upstream.connect-failure");
  });

  test("is gone with its instance, and requests under way on it finish", async () => {
    let finish: () => void = () => {};
    port = await mesh.serve(
      httpInstance((_, response) => {
        finish = () => response.end("done");
      }),
    );
    await adopt();
    const outbound = mesh.outboundPort();
    const caller = await mesh.dial(outbound);
    caller.send("GET http://a.mesh/ HTTP/1.1\r\nHost: a.mesh\r\n\r\n");
    await expect.poll(() => mesh.proxy.active).toBe(1);
    expect(mesh.proxy.applySnapshot(snapshotWith([], { version: 2 })).ok).toBe(true);
    await mesh.proxy.settled();
    await expect(mesh.dial(outbound)).rejects.toThrow("ECONNREFUSED");
    finish();
    expect(await caller.until("done")).toContain("connection: close");
    expect(await caller.ended).toBe("end");
  });
});

describe("at its limit of connections", () => {
  test("the proxy goes on reading what it refuses for a moment, so that no reset overtakes the refusal", async () => {
    await adopt();
    await Promise.all(Array.from({ length: 20 }, () => mesh.dial()));
    const extra = await mesh.dial();
    const errors: Error[] = [];
    extra.socket.on("error", (error) => errors.push(error));
    expect(await extra.until("}\n")).toContain("x-interlock-code: proxy.overloaded");
    for (const _ of [1, 2, 3]) {
      await new Promise((resolve) => extra.socket.write("GET / HTTP/1.1\r\nHost: a.mesh\r\n\r\n", resolve));
    }
    extra.socket.end();
    await once(extra.socket, "close");
    expect(errors).toEqual([]);
  });

  test("the proxy refuses the next one with a code, and takes new ones once others are gone", async () => {
    await adopt();
    const callers = await Promise.all(Array.from({ length: 20 }, () => mesh.dial()));
    await expect
      .poll(async () => {
        const extra = await mesh.dial();
        await extra.ended;
        return extra.received;
      })
      .toContain("x-interlock-code: proxy.overloaded");
    for (const caller of callers) caller.socket.destroy();
    await expect
      .poll(async () => {
        const next = await mesh.dial();
        next.send("GET / HTTP/1.1\r\nHost: a.mesh\r\nConnection: close\r\n\r\n");
        await next.ended;
        return next.received.slice(0, 15);
      })
      .toBe("HTTP/1.1 200 OK");
  });
});
