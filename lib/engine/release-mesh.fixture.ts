import type { Release, ReleaseState, TelemetryBatch } from "../model/index.ts";
import { command, type FakeClock, TEST_AUTHOR, type TestEngine } from "../testing/index.ts";
import type { TestProxy } from "./proxies/test-proxy.fixture.ts";
import { batch } from "./test-engine.fixture.ts";

/** Two steps of a minute, then all of it; no requests are needed. */
export const TWO_STEPS = {
  strategy: { kind: "canary", steps: [{ weightBp: 1_000, pauseMs: 60_000 }, { weightBp: 5_000, pauseMs: 60_000 }, { weightBp: 10_000 }] },
  judge: { minRequests: 0 },
} as const;

/** Starts a release of web 1.1.0. */
export async function released(mesh: TestEngine, manner: object = TWO_STEPS): Promise<Release> {
  await mesh.apply({ kind: "release.create", service: "web", version: "1.1.0", start: true, ...manner } as never);
  return newestRelease(mesh);
}

export function newestRelease(mesh: TestEngine): Release {
  const release = [...mesh.engine.state().releases.values()].at(-1);
  if (release === undefined) throw new Error("no release");
  return release;
}

export function moveRelease(mesh: TestEngine, verb: string, more: object = {}) {
  return mesh.engine.execute(command({ kind: "release.move", release: newestRelease(mesh).id, verb, ...more } as never), TEST_AUTHOR);
}

/** What the newest release waits for. */
export function waits(mesh: TestEngine): string {
  return mesh.engine.releases.show(newestRelease(mesh)).waitingFor ?? "";
}

/** Lets time pass until `accepts` the newest release; fails after as many steps as would be two hours. */
export async function untilRelease(
  mesh: TestEngine,
  clock: FakeClock,
  accepts: ReleaseState | ((release: Release) => boolean),
  stepMs = 2_000,
): Promise<Release> {
  for (let step = 0; step < 7_200_000 / stepMs; step++) {
    const release = newestRelease(mesh);
    if (typeof accepts === "string" ? release.state === accepts : accepts(release)) return release;
    clock.advance(stepMs);
    // What proxies answer comes over a socket.
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new Error(`it is ${JSON.stringify(newestRelease(mesh))}, and waits for: ${waits(mesh)}`);
}

/** Requests from the storefront to web by version, and how many of them failed. */
export function webTraffic(
  proxy: TestProxy,
  seq: number,
  counts: Readonly<Record<string, readonly [requests: number, failed: number]>>,
): void {
  const edges = Object.entries(counts).map(([version, [requests, failed]]): TelemetryBatch["edges"][number] => ({
    caller: { service: "ingress", version: null },
    callee: { service: "web", version },
    splitEpoch: null,
    statusClasses: [0, requests - failed, 0, 0, failed],
    aborted: 0,
    failed,
    mirror: false,
    denied: 0,
    plain: 0,
    failovers: 0,
    encrypted: 0,
    retries: 0,
    bytesIn: 0,
    bytesOut: 0,
    latencyUsSum: requests * 1_000,
    latency: [100, requests],
  }));
  proxy.send({ kind: "telemetry", batch: batch(seq, { edges }) });
}
