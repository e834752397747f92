import { type ApiServer, createApi, loopbackHosts, serveApi } from "../api/index.ts";
import type { MeshEngine } from "../engine/index.ts";
import type { Clock } from "../std/index.ts";

/** The local token of every engine that is served for tests. */
export const TEST_TOKEN = "a-token-for-tests";

/** Serves an engine's API on a free loopback port, or on the one given, for tests of what stands on the other side of the wire. */
export async function serveTestEngine(engine: MeshEngine, clock: Clock, tcpPort = 0): Promise<ApiServer> {
  const knownHosts = new Set<string>();
  const server = await serveApi({
    api: createApi({ engine, clock, knownHosts, version: "0.0.0", localToken: TEST_TOKEN }),
    clock,
    tcpPort,
  });
  for (const host of loopbackHosts([server.port])) knownHosts.add(host);
  return server;
}
