import net from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { EngineMessage, ProxyMessage } from "../model/index.ts";
import { type RunningApi, registerShop, startApi } from "./api.fixture.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
  await registerShop(api);
});
afterAll(() => api.stop());

/** A proxy that says hello and acknowledges only while it is told to. */
async function connectProxy() {
  const socket = net.connect(api.proxySocket);
  let willing = true;
  let newest = 0;
  let pending = Buffer.alloc(0);
  const waiting = new Set<() => void>();
  const say = (message: ProxyMessage) => {
    const body = Buffer.from(JSON.stringify(message));
    const head = Buffer.alloc(4);
    head.writeUInt32BE(body.length);
    socket.write(Buffer.concat([head, body]));
  };
  const take = (message: EngineMessage) => {
    if (message.kind !== "snapshot" && message.kind !== "delta") return;
    newest = message.kind === "snapshot" ? message.snapshot.version : message.delta.version;
    if (willing) say({ kind: "ack", version: newest });
    for (const check of waiting) check();
  };
  socket.on("data", (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 4 && pending.length >= 4 + pending.readUInt32BE()) {
      const end = 4 + pending.readUInt32BE();
      take(JSON.parse(pending.subarray(4, end).toString("utf8")));
      pending = pending.subarray(end);
    }
  });
  say({ kind: "hello", proxyId: "n1", bootId: "b1", node: "n1", pid: 1, snapshotVersion: null, ingressPort: 15080, zone: "n1" });
  await new Promise<void>((resolve) => waiting.add(resolve));
  return {
    setWilling(next: boolean) {
      willing = next;
      if (next) say({ kind: "ack", version: newest });
    },
    close: () => socket.destroy(),
  };
}

async function setHosts(host: string) {
  const { headers } = await api.send("GET", "/api/v1/services/payments");
  return api.send("PATCH", "/api/v1/services/payments", { body: { hosts: [host] }, headers: { "if-match": headers.etag ?? "" } });
}

test("a write answers 200 once every connected proxy has it, 202 with what is missing when one does not acknowledge", async () => {
  const proxy = await connectProxy();
  expect(await setHosts("a.example.com")).toMatchObject({ status: 200, body: { accepted: { acknowledged: 1, proxies: 1 } } });
  expect(await api.send("GET", "/readyz")).toMatchObject({ status: 200 });

  proxy.setWilling(false);
  const late = await setHosts("b.example.com");
  expect(late).toMatchObject({
    status: 202,
    body: { hosts: ["b.example.com"], accepted: { rev: late.body.rev, acknowledged: 0, proxies: 1 } },
  });

  proxy.setWilling(true);
  expect(await setHosts("c.example.com")).toMatchObject({ status: 200, body: { accepted: { acknowledged: 1, proxies: 1 } } });
  proxy.close();
});
