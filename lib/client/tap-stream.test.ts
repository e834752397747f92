import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../system/index.ts";
import { connectTappedProxy, openTestEngine, serveTestEngine, type TappedProxy, type TestEngine, tapEntry } from "../testing/index.ts";
import { openTapStream, type TapEntry, type TapStatus } from "./tap-stream.ts";

let mesh: TestEngine;
let proxy: TappedProxy;
let server: Awaited<ReturnType<typeof serveTestEngine>>;

beforeAll(async () => {
  mesh = await openTestEngine(systemClock);
  server = await serveTestEngine(mesh.engine, systemClock);
  proxy = await connectTappedProxy(mesh.proxySocket);
  await proxy.next("snapshot");
});

afterAll(async () => {
  proxy.close();
  await server.close();
  await mesh.remove();
});

/** A tap of the typed client on the real engine. */
function watchTap(query: Parameters<typeof openTapStream>[0]["query"]) {
  const entries: TapEntry[] = [];
  const statuses: TapStatus[] = [];
  let dropped = 0;
  const checks = new Set<() => void>();
  const check = () => {
    for (const each of checks) each();
  };
  const stream = openTapStream({
    url: `http://127.0.0.1:${server.port}/api/v1/tap`,
    query,
    onStatus: (status) => {
      statuses.push(status);
      check();
    },
    onEntries: (more, missing) => {
      entries.push(...more);
      dropped += missing;
      check();
    },
  });
  const until = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!holds()) return;
        checks.delete(look);
        resolve();
      };
      checks.add(look);
      look();
    });
  return { close: () => stream.close(), dropped: () => dropped, entries, statuses, until };
}

describe("the client's tap", () => {
  test("asks the proxies with its filter, shows what they send with what they dropped, and ends at the proxies when its reader goes", async () => {
    const tap = watchTap({ service: "payments", status: "5xx", path: "/pay", minDurationMs: 10 });
    const start = await proxy.next("tap-start");
    expect(start.filter).toEqual({ service: "payments", statusMin: 500, statusMax: 599, pathPrefix: "/pay", minDurationMs: 10 });
    const entry = tapEntry({ status: 503, code: "upstream.connect-failure" });
    proxy.send({ kind: "tap", tapId: start.tapId, entries: [entry], dropped: 7 });
    await tap.until(() => tap.entries.length > 0);
    expect([tap.entries, tap.dropped()]).toEqual([[entry], 7]);
    expect(tap.statuses.at(-1)).toEqual({ state: "live", proxies: 1, problem: null });
    tap.close();
    expect((await proxy.next("tap-stop")).tapId).toBe(start.tapId);
  });

  test("that is refused ends the client's stream for good, with the problem", async () => {
    const tap = watchTap({ code: "not.a.code" });
    await tap.until(() => tap.statuses.at(-1)?.state === "refused");
    expect(tap.statuses.at(-1)?.problem?.errors).toMatchObject([{ path: "query.code" }]);
    tap.close();
  });

  test("goes on after the engine's server came back", async () => {
    const tap = watchTap({});
    await tap.until(() => tap.statuses.at(-1)?.state === "live");
    const { port } = server;
    await server.close();
    await tap.until(() => tap.statuses.at(-1)?.state === "lost");
    server = await serveTestEngine(mesh.engine, systemClock, port);
    await tap.until(() => tap.statuses.at(-1)?.state === "live");
    tap.close();
  });
});
