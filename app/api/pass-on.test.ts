import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { passOnTo } from "./pass-on.ts";

let folder: string;
let server: Server | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pass-on-"));
});

afterEach(() => {
  server?.close();
  server?.closeAllConnections();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function engine(listener: RequestListener): Promise<string> {
  const path = join(folder, "engine.sock");
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(path, resolve));
  return path;
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

describe("the console passes requests on to the engine", () => {
  test("method, path, query, body and the headers the engine judges by arrive unchanged", async () => {
    const socket = await engine(async (request, response) => {
      const { host, origin } = request.headers;
      const seen = {
        method: request.method,
        url: request.url,
        host,
        origin,
        site: request.headers["sec-fetch-site"],
        body: await textOf(request),
      };
      response.writeHead(422, { "content-type": "application/problem+json", etag: '"7"' }).end(JSON.stringify(seen));
    });
    const request = new Request("http://console.test:3000/api/v1/services/a%2Fb/split?dryRun=true", {
      method: "PUT",
      headers: {
        host: "evil.example:3000",
        origin: "http://evil.example",
        "sec-fetch-site": "cross-site",
        connection: "x-gone",
        "x-gone": "1",
      },
      body: '{"weights":{}}',
    });
    const answer = await passOnTo(socket, request);
    expect(answer.status).toBe(422);
    expect(answer.headers.get("etag")).toBe('"7"');
    expect(await answer.json()).toEqual({
      method: "PUT",
      url: "/api/v1/services/a%2Fb/split?dryRun=true",
      host: "evil.example:3000",
      origin: "http://evil.example",
      site: "cross-site",
      body: '{"weights":{}}',
    });
  });

  test("an event is handed on while the stream is still open, and leaving ends the engine's side", async () => {
    let ended: () => void = () => {};
    const engineSawEnd = new Promise<void>((resolve) => {
      ended = resolve;
    });
    const socket = await engine((request, response) => {
      request.once("close", ended);
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("event: heartbeat\n\n");
    });
    const answer = await passOnTo(socket, new Request("http://console.test/api/v1/stream"));
    const reader = answer.body?.getReader();
    const first = await reader?.read();
    expect(new TextDecoder().decode(first?.value)).toBe("event: heartbeat\n\n");
    await reader?.cancel();
    await engineSawEnd;
  });

  test("a browser that goes away before the answer ends the engine's request", async () => {
    const leave = new AbortController();
    let ended: () => void = () => {};
    const engineSawEnd = new Promise<void>((resolve) => {
      ended = resolve;
    });
    const socket = await engine((request) => {
      request.once("close", ended);
      leave.abort();
    });
    void passOnTo(socket, new Request("http://console.test/api/v1/mesh", { signal: leave.signal }));
    await engineSawEnd;
  });

  test("an engine that is not there is a problem with its code, not a crash", async () => {
    const answer = await passOnTo(join(folder, "nobody.sock"), new Request("http://console.test/api/v1/mesh"));
    expect(answer.status).toBe(503);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(await answer.json()).toMatchObject({ code: "engine.unreachable", errors: [] });
  });
});
