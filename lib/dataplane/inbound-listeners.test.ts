import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createXorshift } from "../std/index.ts";
import { systemClock } from "../system/index.ts";
import { IdentityAgent } from "./identity/identity-agent.ts";
import { MeshProxy } from "./mesh-proxy.ts";
import { snapshotWith } from "./test-mesh.fixture.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "interlock-inbound-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ["permissive", 0],
  ["strict", 1],
] as const)("without a certificate, under %s, %i inbound listener is told to callers", async (mode, told) => {
  const log = () => {};
  const agent = await IdentityAgent.open({ folder, clock: systemClock, random: createXorshift(1), log });
  const proxy = new MeshProxy({ node: "b", clock: systemClock, random: createXorshift(2), log, inbound: { agent } });
  const instance = { service: "api", version: "1.0.0", port: 9, endpoint: { node: "b" as never } };
  proxy.applySnapshot(snapshotWith([instance], { version: 1, policies: { api: { tls: { mode } } } }));
  await proxy.settled();
  expect(proxy.inboundOpened).toHaveLength(1);
  expect(proxy.inbound).toHaveLength(told);
  proxy.close();
  await agent.close();
});
