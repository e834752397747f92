import type net from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Endpoint } from "../model/index.ts";
import { createFakeClock } from "../testing/index.ts";
import { DeadlineSweep } from "./deadline-sweep.ts";
import { liveVersions } from "./health/live-versions.ts";
import { compileConfig, type ProxyConfig } from "./proxy-config.ts";
import { DEFAULT_LIMITS } from "./proxy-limits.ts";
import { TelemetryRecorder } from "./telemetry-recorder.ts";
import { rawInstance, type SnapshotSketch, snapshotWith } from "./test-mesh.fixture.ts";
import type { UpstreamConnection, UpstreamUser } from "./upstream-connection.ts";
import { type Upstream, UpstreamPool } from "./upstream-pool.ts";

let pool: UpstreamPool;
let port: number;
let server: net.Server;

beforeEach(async () => {
  server = rawInstance((socket) => void socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as net.AddressInfo).port;
  const clock = createFakeClock();
  const sweep = new DeadlineSweep(clock, 100, () => {});
  pool = new UpstreamPool(DEFAULT_LIMITS, sweep, new TelemetryRecorder({ proxyId: "node-a", bootId: "boot" }, clock));
});

afterEach(() => {
  pool.close();
  server.close();
});

const endpointOf = (id: string) =>
  ({ id, service: "a", version: "1.0.0", address: "127.0.0.1", port, node: "node-a" }) as unknown as Endpoint;

/** One request, answered; the connection is as it is then, and not given back yet. */
function serveOne(upstream: Upstream): Promise<UpstreamConnection> {
  return new Promise((resolve, reject) => {
    const connection = upstream.takeIdle() ?? upstream.connect();
    const ignore = () => {};
    const fail = () => reject(new Error("the request failed"));
    const user: UpstreamUser = {
      onConnected: () => connection.write("GET / HTTP/1.1\r\n\r\n"),
      onAnswer: () => resolve(connection),
      onConnectFailed: fail,
      onInterim: fail,
      onSwitch: fail,
      onAnswerBytes: fail,
      onProtocolError: fail,
      onUpstreamGone: fail,
      onUpstreamDrained: ignore,
      onTunnelBytes: fail,
      onTunnelEnd: fail,
      onInternalError: fail,
    };
    connection.begin(user, { toHead: false, bare: false });
    if (connection.isOpen) user.onConnected();
  });
}

function configOf(sketch: SnapshotSketch, services: readonly string[] = []): ProxyConfig {
  const config = compileConfig(
    snapshotWith(
      services.map((service) => ({ service, version: "1.0.0", port })),
      sketch,
    ),
  );
  if (!config.ok) throw new Error(JSON.stringify(config.error));
  return config.value;
}

const sync = (config: ProxyConfig) => pool.sync(config, liveVersions(config.table.services()));

describe("a connection that was given back", () => {
  test("is handed out again, once", async () => {
    const upstream = pool.forEndpoint(endpointOf("a"));
    const connection = await serveOne(upstream);
    upstream.release(connection, -1);
    expect([upstream.takeIdle() === connection, upstream.takeIdle()]).toEqual([true, undefined]);
    connection.destroy();
  });

  test("is not handed out any more from the moment it is closing, before its socket says so", async () => {
    const upstream = pool.forEndpoint(endpointOf("a"));
    const connection = await serveOne(upstream);
    upstream.release(connection, -1);
    connection.destroy();
    expect([connection.isOpen, upstream.takeIdle()]).toEqual([false, undefined]);
  });

  test("is not kept when it is closing already", async () => {
    const upstream = pool.forEndpoint(endpointOf("a"));
    const connection = await serveOne(upstream);
    connection.destroy();
    upstream.release(connection, -1);
    expect(upstream.idleCount).toBe(0);
  });

  test("is not kept when the instance announces that it closes within the second that the race may take", async () => {
    const upstream = pool.forEndpoint(endpointOf("a"));
    upstream.release(await serveOne(upstream), 1);
    expect(upstream.idleCount).toBe(0);
  });
});

describe("an instance that leaves the configuration", () => {
  test("and comes back while a request is under way has its connections kept again", async () => {
    const upstream = pool.forEndpoint(endpointOf("a-1.0.0-0"));
    upstream.inFlight++;
    const connection = await serveOne(upstream);
    sync(configOf({}));
    sync(configOf({ version: 2 }, ["a"]));
    expect(pool.forEndpoint(endpointOf("a-1.0.0-0"))).toBe(upstream);
    upstream.inFlight--;
    upstream.release(connection, -1);
    expect([upstream.idleCount, upstream.takeIdle() === connection]).toEqual([1, true]);
    connection.destroy();
  });

  test("for good keeps no connection", async () => {
    const upstream = pool.forEndpoint(endpointOf("a-1.0.0-0"));
    upstream.inFlight++;
    const connection = await serveOne(upstream);
    sync(configOf({}));
    upstream.release(connection, -1);
    expect([upstream.idleCount, connection.isOpen]).toEqual([0, false]);
  });
});

describe("a destination of the egress list", () => {
  test.each([
    ["a name", "example.com", "example.com:80"],
    ["an IPv4 address", "192.0.2.1", "192.0.2.1:80"],
    ["an IPv6 address", "2001:db8::1", "[2001:db8::1]:80"],
  ])("that is %s stays over a new configuration that still allows it, and goes with one that does not", (_, host, entry) => {
    const upstream = pool.forEgress(host, 80);
    sync(configOf({ egress: [entry] }));
    expect(pool.forEgress(host, 80)).toBe(upstream);
    sync(configOf({ version: 2 }));
    expect(pool.forEgress(host, 80)).not.toBe(upstream);
  });
});
