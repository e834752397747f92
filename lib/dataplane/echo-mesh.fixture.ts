/** A mesh of instances that answer with what they got, for tests of what a proxy makes of requests. */
import type http from "node:http";
import { httpInstance, openTestMesh, type SnapshotSketch, snapshotWith, type TestInstance, type TestMesh } from "./test-mesh.fixture.ts";

/** What an instance got. */
export interface EchoedRequest {
  readonly version: string;
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

export interface AskedAnswer {
  readonly status: number;
  /** Lower-case names; of several the last. */
  readonly headers: Readonly<Record<string, string>>;
  readonly head: string;
  readonly body: string;
}

export interface EchoMesh extends TestMesh {
  /** All requests that instances got, in order. */
  readonly seen: EchoedRequest[];
  readonly instances: readonly TestInstance[];
  /** Puts another configuration in force. */
  apply(sketch: SnapshotSketch): Promise<void>;
  /** One request on a connection of its own. `port`: another listener than the ingress. */
  ask(
    path: string,
    options?: { method?: string; host?: string; lines?: readonly string[]; body?: string; port?: number },
  ): Promise<AskedAnswer>;
}

/** Opens a mesh with an echoing instance for each `service@version`; `respond` answers in its place where it returns true. */
export async function openEchoMesh(
  names: readonly string[],
  sketch: SnapshotSketch = {},
  {
    respond = () => false,
    ...options
  }: Parameters<typeof openTestMesh>[0] & {
    readonly respond?: (request: EchoedRequest, response: http.ServerResponse) => boolean;
  } = {},
): Promise<EchoMesh> {
  const mesh = await openTestMesh(options);
  const seen: EchoedRequest[] = [];
  const instances: TestInstance[] = [];
  for (const name of names) {
    const [service = "", version = ""] = name.split("@");
    const server = httpInstance((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { headers, method = "", rawHeaders, url = "" } = request;
        const echoed = { version, method, url, headers, rawHeaders, body: Buffer.concat(chunks).toString("latin1") };
        seen.push(echoed);
        if (!respond(echoed, response)) response.end(version);
      });
    });
    instances.push({ service, version, port: await mesh.serve(server) });
  }
  let snapshotVersion = 1;
  const apply = async (next: SnapshotSketch) => {
    const applied = mesh.proxy.applySnapshot(snapshotWith(instances, { version: snapshotVersion++, ...next }));
    if (!applied.ok) throw new Error(JSON.stringify(applied.error));
    await mesh.proxy.settled();
  };
  await apply(sketch);
  return {
    ...mesh,
    seen,
    instances,
    apply,
    async ask(path, { body = "", host = "a.mesh", lines = [], method = "GET", port } = {}) {
      const caller = await mesh.dial(port);
      const length = body === "" ? [] : [`Content-Length: ${body.length}`];
      const head = [`${method} ${path} HTTP/1.1`, `Host: ${host}`, "Connection: close", ...length, ...lines];
      caller.send(`${head.join("\r\n")}\r\n\r\n${body}`);
      await caller.ended;
      return parseAnswer(caller.received);
    },
  };
}

/** Reads an answer that ended with its connection. */
export function parseAnswer(text: string): AskedAnswer {
  const end = text.indexOf("\r\n\r\n");
  const head = text.slice(0, end + 2);
  const lines = head.split("\r\n").slice(1, -1);
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 2)]),
  );
  return { status: Number(text.slice(9, 12)), headers, head, body: text.slice(end + 4) };
}
