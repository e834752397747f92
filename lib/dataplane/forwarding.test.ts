import { once } from "node:events";
import type http from "node:http";
import type net from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { httpInstance, openTestMesh, rawInstance, snapshotWith, type TestMesh, tally } from "./test-mesh.fixture.ts";

/** 64 MiB, far more than the kernel keeps for two connections. */
const BLOCKS = 1_024;

let mesh: TestMesh;

beforeEach(async () => {
  mesh = await openTestMesh();
});

afterEach(() => mesh.close());

/** One service `a` with one instance. */
async function serve(server: net.Server): Promise<void> {
  const port = await mesh.serve(server);
  const applied = mesh.proxy.applySnapshot(snapshotWith([{ service: "a", version: "1.0.0", port }]));
  expect(applied.ok).toBe(true);
  await mesh.proxy.settled();
}

const echo: http.RequestListener = (request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = `${request.method} ${request.url} ${Buffer.concat(chunks).toString("latin1")}`;
    response.setHeader("content-length", Buffer.byteLength(body));
    response.end(body);
  });
};

describe("one connection of a caller", () => {
  test("carries request after request, all on one connection to the instance", async () => {
    let connections = 0;
    await serve(httpInstance(echo).on("connection", () => connections++));
    const caller = await mesh.dial();
    for (const number of [1, 2, 3]) {
      caller.send(`GET /${number} HTTP/1.1\r\nHost: a.mesh\r\n\r\n`);
      await caller.until(`GET /${number} `);
    }
    expect(connections).toBe(1);
    expect(tally(mesh.proxy).requests).toBe(3);
  });

  test("answers pipelined requests in order, whole, own answers among them", async () => {
    await serve(httpInstance(echo));
    const caller = await mesh.dial();
    const requests = Array.from({ length: 40 }, (_, index) => {
      const host = index % 3 === 0 ? "nobody.mesh" : "a.mesh";
      return `POST /${index} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 4\r\n\r\nb${String(index).padStart(3, "0")}`;
    });
    caller.send(`${requests.join("")}GET /last HTTP/1.1\r\nHost: a.mesh\r\nConnection: close\r\n\r\n`);
    expect(await caller.ended).toBe("end");
    const seen = [...caller.received.matchAll(/(?:POST|GET) \/(\w+) (b\d\d\d)?|x-interlock-code: (\S+)/g)].map(
      ([, path, body = "", code]) => code ?? `${path} ${body}`,
    );
    const wanted = requests.map((_, index) => (index % 3 === 0 ? "routing.unknown-host" : `${index} b${String(index).padStart(3, "0")}`));
    expect(seen).toEqual([...wanted, "last "]);
  });

  test("means the same however its bytes are split", async () => {
    await serve(httpInstance(echo));
    const text =
      "\r\nPOST /x HTTP/1.1\r\nHost: a.mesh\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nT: 1\r\n\r\nGET /y HTTP/1.1\r\nHost: a.mesh\r\n\r\n";
    for (const at of Array.from({ length: text.length - 1 }, (_, index) => index + 1)) {
      const caller = await mesh.dial();
      caller.socket.setNoDelay(true);
      caller.send(text.slice(0, at));
      await new Promise((resolve) => setImmediate(resolve));
      caller.send(text.slice(at));
      const received = await caller.until("GET /y ");
      expect(received).toContain("POST /x abc");
      caller.socket.destroy();
    }
  });
});

describe("bodies", () => {
  test.each([
    ["with a length", (body: string) => `Content-Length: ${body.length}\r\n\r\n${body}`],
    ["in chunks", (body: string) => `Transfer-Encoding: chunked\r\n\r\n${chunked(body)}`],
  ])("of megabytes %s arrive whole, both ways", async (_, framed) => {
    await serve(
      httpInstance((request, response) => {
        if (request.headers["content-length"] !== undefined) response.setHeader("content-length", request.headers["content-length"]);
        request.pipe(response);
      }),
    );
    const body = Array.from({ length: 300_000 }, (_unused, index) => index.toString(36)).join(",");
    const caller = await mesh.dial();
    caller.send(`POST / HTTP/1.1\r\nHost: a.mesh\r\nConnection: close\r\n${framed(body)}`);
    await caller.ended;
    expect(unframed(caller.received)).toBe(body);
  });

  test("trailers go on in both directions, without those that frame or route", async () => {
    await serve(
      httpInstance((request, response) => {
        request.resume().on("end", () => {
          response.setHeader("trailer", "x-sum");
          response.write("data");
          response.addTrailers({ "x-sum": JSON.stringify(request.trailers) });
          response.end();
        });
      }),
    );
    const caller = await mesh.dial();
    const forged =
      "Content-Length: 9\r\nHost: b\r\nX_Forwarded_For: 1.2.3.4\r\nForwarded: for=b\r\nTransfer_Encoding: x\r\nx_interlock-caller: b\r\nIf-Match: 1\r\n";
    caller.send(`POST / HTTP/1.1\r\nHost: a.mesh\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX-In: 1\r\n${forged}\r\n`);
    expect(await caller.until(/x-sum: (.*)\r\n\r\n$/)).toMatch(/4\r\ndata\r\n0\r\nx-sum: {"x-in":"1"}\r\n\r\n$/);
  });

  test("Content-Length: 0 stays, and no body means no framing", async () => {
    await serve(
      rawInstance((socket, received) => {
        if (received.endsWith("\r\n\r\n")) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        if (received.endsWith("\r\n\r\n")) heads.push(received);
      }),
    );
    const heads: string[] = [];
    const caller = await mesh.dial();
    caller.send("DELETE /1 HTTP/1.1\r\nHost: a.mesh\r\n\r\n");
    const received = await caller.until("\r\n\r\n");
    expect(received).toMatch(/^HTTP\/1\.1 200 OK\r\n(?:x-.*\r\n)*content-length: 0\r\n\r\n$/);
    expect(heads.join("")).not.toMatch(/transfer-encoding|content-length/i);
  });

  test("an answer without framing ends with its connection, and both are closed", async () => {
    await serve(rawInstance((socket) => socket.end("HTTP/1.1 200 OK\r\n\r\nuntil the end")));
    const caller = await mesh.dial();
    caller.send("GET / HTTP/1.1\r\nHost: a.mesh\r\n\r\n");
    expect(await caller.ended).toBe("end");
    expect(caller.received).toMatch(/connection: close\r\n\r\nuntil the end$/);
  });

  test.each([
    ["HEAD", "HEAD / HTTP/1.1", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "content-length: 5\r\n\r\n"],
    ["204", "GET / HTTP/1.1", "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 204 No Content\r\n"],
    ["304", "GET / HTTP/1.1", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", "content-length: 5\r\n\r\n"],
  ])("%s has none, and the connection goes on", async (_, line, answer, seen) => {
    await serve(rawInstance((socket, received) => void (received.endsWith("\r\n\r\n") && socket.write(answer))));
    const caller = await mesh.dial();
    caller.send(`${line}\r\nHost: a.mesh\r\n\r\n`);
    await caller.until(seen);
    caller.send(`${line}\r\nHost: a.mesh\r\n\r\n`);
    await caller.until(new RegExp(`${seen.replaceAll("/", "\\/")}[^]*${seen.replaceAll("/", "\\/")}`));
    expect(tally(mesh.proxy)).toMatchObject({ requests: 2, failed: 0 });
  });

  test("a stream is passed on as it comes", async () => {
    let finish: () => void = () => {};
    await serve(
      httpInstance((_, response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write("data: 1\n\n");
        finish = () => response.end("data: 2\n\n");
      }),
    );
    const caller = await mesh.dial();
    caller.send("GET / HTTP/1.1\r\nHost: a.mesh\r\n\r\n");
    await caller.until("data: 1");
    finish();
    expect(await caller.until("data: 2\n\n\r\n0\r\n\r\n")).toContain("transfer-encoding: chunked");
  });
});

describe("HTTP/1.0 callers", () => {
  test("get chunks without their framing, and the end of the connection as the end", async () => {
    await serve(
      httpInstance((_, response) => {
        response.write("one,");
        response.end("two");
      }),
    );
    const caller = await mesh.dial();
    caller.send("GET / HTTP/1.0\r\nHost: a.mesh\r\nConnection: keep-alive\r\n\r\n");
    await caller.ended;
    expect(caller.received).toMatch(/connection: close\r\n\r\none,two$/);
  });

  test("keep their connection where they ask for it and the length is known", async () => {
    await serve(httpInstance(echo));
    const caller = await mesh.dial();
    caller.send("GET /1 HTTP/1.0\r\nHost: a.mesh\r\nConnection: keep-alive\r\n\r\n");
    expect(await caller.until("GET /1 ")).toContain("connection: keep-alive\r\n");
    caller.send("GET /2 HTTP/1.0\r\nHost: a.mesh\r\n\r\n");
    expect(await caller.ended).toBe("end");
  });
});

describe("interim answers", () => {
  test("100 reaches the caller before it sends its body", async () => {
    await serve(httpInstance(echo));
    const caller = await mesh.dial();
    caller.send("POST /e HTTP/1.1\r\nHost: a.mesh\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    await caller.until("HTTP/1.1 100 Continue\r\n\r\n");
    caller.send("abc");
    await caller.until("POST /e abc");
    expect(tally(mesh.proxy).requests).toBe(1);
  });

  test("an answer instead of 100 ends the connection, since the body may follow or not", async () => {
    await serve(rawInstance((socket) => socket.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")));
    const caller = await mesh.dial();
    caller.send("POST /e HTTP/1.1\r\nHost: a.mesh\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    expect(await caller.ended).toBe("end");
    expect(caller.received).toMatch(/connection: close\r\n\r\nno$/);
  });

  test("103 is passed on, before the answer", async () => {
    await serve(
      rawInstance((socket) =>
        socket.write("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
      ),
    );
    const caller = await mesh.dial();
    caller.send("GET / HTTP/1.1\r\nHost: a.mesh\r\n\r\n");
    expect(await caller.until(/ok$/)).toMatch(/^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a\.css>\r\n\r\nHTTP\/1\.1 200 OK/);
  });
});

describe("an upgrade", () => {
  const ask = "GET /ws HTTP/1.1\r\nHost: a.mesh\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n";

  test("passes bytes both ways, megabytes too, and each half closes on its own", async () => {
    await serve(
      httpInstance(() => {}).on("upgrade", (_request: http.IncomingMessage, socket: net.Socket) => {
        socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello");
        socket.pipe(socket);
      }),
    );
    const caller = await mesh.dial();
    caller.send(ask);
    expect(await caller.until("hello")).toContain("connection: upgrade\r\nupgrade: websocket\r\n");
    const message = "m".repeat(1_000_000);
    caller.send(`${message}!`);
    expect((await caller.until("!")).endsWith(`hello${message}!`)).toBe(true);
    caller.socket.end();
    expect(await caller.ended).toBe("end");
    await expect.poll(() => mesh.proxy.active).toBe(0);
    expect(mesh.proxy.recorder.closeBatch().edges[0]?.statusClasses).toEqual([1, 0, 0, 0, 0]);
  });

  test("that is not granted never lets early bytes reach the instance as part of it", async () => {
    const received: string[] = [];
    await serve(
      rawInstance((socket, text) => {
        received.push(text);
        if (text.endsWith("\r\n\r\n")) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno");
      }),
    );
    const caller = await mesh.dial();
    caller.send(`${ask}GET /smuggled HTTP/1.1\r\nHost: a.mesh\r\nX: 1\r\n`);
    await caller.until(/no$/);
    expect(received.at(-1)).not.toContain("smuggled");
    expect(received.at(-1)).toContain("connection: upgrade");
  });

  test("holds early bytes until 101, and then passes them on", async () => {
    let grant: () => void = () => {};
    let ask101: () => void = () => {};
    const asked = new Promise<void>((resolve) => {
      ask101 = resolve;
    });
    await serve(
      rawInstance((socket, text) => {
        grant = () => socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
        if (text.endsWith("\r\n\r\n")) ask101();
        if (text.endsWith("early")) socket.end("seen");
      }),
    );
    const caller = await mesh.dial();
    caller.send(`${ask}early`);
    await asked;
    grant();
    expect(await caller.until("seen")).toContain("101 Switching Protocols");
  });
});

describe("headers", () => {
  test("tell the instance who asked, and the caller which version answered", async () => {
    const headers: http.IncomingHttpHeaders[] = [];
    await serve(
      httpInstance((request, response) => {
        headers.push(request.headers);
        response.setHeader("x-interlock-version", "forged");
        response.end("ok");
      }),
    );
    const caller = await mesh.dial();
    caller.send("GET / HTTP/1.1\r\nHost: a.mesh\r\nX-Forwarded-For: 6.6.6.6\r\nX-Interlock-Lane: x\r\n\r\n");
    const answer = await caller.until("\r\n\r\n");
    expect(answer).toContain("x-interlock-version: 1.0.0\r\n");
    expect(answer).not.toContain("forged");
    expect(headers[0]).toMatchObject({ "x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "http", "x-forwarded-host": "a.mesh" });
    expect(headers[0]?.["x-interlock-lane"]).toBeUndefined();
    expect(headers[0]?.["traceparent"]).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  test("leave a valid trace parent alone", async () => {
    let seen: string | string[] | undefined;
    await serve(
      httpInstance((request, response) => {
        seen = request.headers["traceparent"];
        response.end("ok");
      }),
    );
    const caller = await mesh.dial();
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
    caller.send(`GET / HTTP/1.1\r\nHost: a.mesh\r\ntraceparent: ${traceparent}\r\n\r\n`);
    await caller.until("\r\n\r\n");
    expect(seen).toBe(traceparent);
  });
});

describe("a caller that reads slowly", () => {
  test("holds the instance back instead of filling the proxy", async () => {
    let written = 0;
    const instance = httpInstance((_, response) => {
      const block = Buffer.alloc(64 * 1024);
      const write = () => {
        written++;
        const isTaken = response.write(block);
        if (written === BLOCKS) response.end();
        else if (isTaken) setImmediate(write);
        else response.once("drain", write);
      };
      write();
    });
    await serve(instance);
    const caller = await mesh.dial();
    caller.socket.pause();
    caller.send("GET / HTTP/1.1\r\nHost: a.mesh\r\nConnection: close\r\n\r\n");
    await once(instance, "request");
    const seen: number[] = [];
    // Standing still for half a second: nobody reads, and everything between instance and caller is full.
    await expect.poll(() => seen.push(written) > 6 && seen.at(-1) === seen.at(-6), { interval: 100, timeout: 10_000 }).toBe(true);
    expect(written).toBeLessThan(BLOCKS / 2);
    caller.socket.resume();
    await caller.ended;
    expect(caller.received.length).toBeGreaterThan(BLOCKS * 64 * 1024);
  });
});

function chunked(body: string): string {
  const middle = Math.floor(body.length / 2);
  const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
  return `${chunk(body.slice(0, middle))}${chunk(body.slice(middle))}0\r\n\r\n`;
}

function unframed(answer: string): string {
  const end = answer.indexOf("\r\n\r\n") + 4;
  if (!/transfer-encoding: chunked/.test(answer.slice(0, end))) return answer.slice(end);
  let body = "";
  for (let at = end; ; ) {
    const line = answer.indexOf("\r\n", at);
    const size = Number.parseInt(answer.slice(at, line), 16);
    if (size === 0) return body;
    body += answer.slice(line + 2, line + 2 + size);
    at = line + 4 + size;
  }
}
