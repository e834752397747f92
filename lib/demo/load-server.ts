import fs from "node:fs";
import http from "node:http";
import { type LoadGenerator, TARGET_RPS_MAX } from "./load-generator.ts";
import { parseJson, readBody } from "./mesh-call.ts";

/** Serves `GET /load` and `PUT /load {targetRps}` on a Unix socket; the engine passes them on as `/api/v1/load`. */
export function serveLoad(socketPath: string, load: LoadGenerator): http.Server {
  const server = http.createServer((request, response) => {
    answerLoad(request, load).then(
      ({ status, body }) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body)),
      () => response.writeHead(500).end(),
    );
  });
  // A socket file left over by a killed process would refuse the bind.
  fs.rmSync(socketPath, { force: true });
  server.listen(socketPath);
  return server;
}

async function answerLoad(request: http.IncomingMessage, load: LoadGenerator): Promise<{ status: number; body: unknown }> {
  if (request.method === "PUT") {
    const { targetRps } = (parseJson(await readBody(request)) ?? {}) as { targetRps?: unknown };
    if (typeof targetRps !== "number" || !(targetRps >= 0 && targetRps <= TARGET_RPS_MAX)) {
      return { status: 422, body: { path: "targetRps", detail: `targetRps must be 0 to ${TARGET_RPS_MAX}.` } };
    }
    load.setTarget(targetRps);
  }
  return { status: 200, body: load.status() };
}
