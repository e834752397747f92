import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve as resolvePath } from "node:path";
import { afterEach, expect, test } from "vitest";
import { Guard } from "../guarded-request/index.ts";
import { systemClock } from "../system/index.ts";
import { createFakeClock } from "../testing/index.ts";
import { createDeliver } from "./deliver.ts";
import type { Notification } from "./notification.ts";

const EXAMPLES = resolvePath(import.meta.dirname, "../../docs/examples");
const SECRET = "a secret of the tests";

const NOTIFICATION: Notification = {
  ...{ id: "chg-7", at: "2026-01-01T00:00:00.000Z", topic: "releases", kind: "release.advance", subject: "rel-1" },
  ...{ sentence: "Release of grüße 1.0.0: 25 %.", author: "interlock", reason: "", before: null, after: null, links: [] },
};

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((listening) => server.once("listening", listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

test.each([
  ["Node", process.execPath, "receive-webhook.js"],
  ["Python", "python3", "receive_webhook.py"],
])("the receiver of the docs in %s takes each message once, and none that is forged or old", async (_, program, file) => {
  const port = await freePort();
  const child = spawn(program, [resolvePath(EXAMPLES, file), String(port), SECRET], { stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  let said = "";
  child.stdout.on("data", (chunk) => {
    said += chunk;
  });
  const target = { kind: "webhook", url: `http://127.0.0.1:${port}/`, secretRef: "pager.1" } as const;
  const guard = new Guard({ allowed: [`127.0.0.1:${port}`], variable: "INTERLOCK_NOTIFY_ALLOW" });
  const send = async (secret: string, clock = systemClock) => {
    const deliver = createDeliver({ guard, clock, secret: () => secret, version: "0.0.0" });
    for (;;) {
      const sent = await deliver(target, NOTIFICATION, new AbortController().signal);
      // Until the program listens.
      if (sent.ok || !sent.error.said.includes("ECONNREFUSED") || child.exitCode !== null) return sent;
    }
  };
  expect(await send(SECRET)).toMatchObject({ ok: true, value: { said: "It answered 204." } });
  expect(await send(SECRET)).toMatchObject({ ok: true });
  expect(await send("another secret")).toMatchObject({ ok: false, error: { said: expect.stringContaining("401") } });
  expect(await send(SECRET, createFakeClock())).toMatchObject({ ok: false, error: { said: expect.stringContaining("401") } });
  child.kill("SIGTERM");
  await new Promise((ended) => child.once("close", ended));
  expect(said).toBe("chg-7 release.advance: Release of grüße 1.0.0: 25 %.\n");
});
