/** Tokens from end to end: an issuer's web server with its key set, the engine that fetches it, and a proxy that verifies. */
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { afterEach, expect, test } from "vitest";
import { type Clock, createXorshift } from "../std/index.ts";
import { systemClock } from "../system/index.ts";
import { openTestEngine } from "../testing/index.ts";
import { startProxyProcess } from "./proxy-process.ts";
import { httpInstance, openTestMesh } from "./test-mesh.fixture.ts";

const ISSUER = "https://issuer.test";
const closers: (() => Promise<unknown> | unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function keyPair(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid };
  const claims = { role: "editor" };
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: "ES256", kid })
    .setIssuer(ISSUER)
    .setAudience("shop")
    .setExpirationTime("1h")
    .sign(privateKey);
  return { jwk, token };
}

test("keys are fetched where the policy says, followed when the issuer changes them, and stay in force when it is gone", {
  timeout: 60_000,
}, async () => {
  const [first, second] = await Promise.all([keyPair("k1"), keyPair("k2")]);
  const sockets = await openTestMesh();
  closers.push(() => sockets.close());
  let keys = [first.jwk];
  let isDown = false;
  let fetched = 0;
  const issuerPort = await sockets.serve(
    httpInstance((_, response) => {
      fetched++;
      if (isDown) response.writeHead(503).end();
      else response.end(JSON.stringify({ keys }));
    }),
  );
  let aheadMs = 0;
  const clock: Clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + aheadMs };
  const test = await openTestEngine(clock, { jwksAllow: [`127.0.0.1:${issuerPort}`] });
  closers.push(() => test.remove());
  const port = await sockets.serve(httpInstance((_, response) => void response.end("ok")));
  await test.apply({ kind: "service.register", service: "a", hosts: [] });
  await test.apply({ kind: "version.register", service: "a", version: "1.0.0", requirements: {} });
  const instance = { version: "1.0.0", address: "127.0.0.1", port, node: "node-a" };
  await test.apply({ kind: "instance.register", service: "a", id: "a-1", instance });
  const rev = () => test.engine.state().services.get("a" as never)?.rev ?? 0;
  await test.apply({ kind: "split.set", service: "a", rev: rev(), weights: { "1.0.0": 10_000 } });
  const provider = { issuer: ISSUER, audiences: ["shop"], jwksUri: `http://127.0.0.1:${issuerPort}/keys` };
  const authorization = { action: "allow", rules: [{ from: { jwt: { role: ["editor"] } } }], jwtProviders: [provider] };
  await test.apply({ kind: "authorization.set", service: "a", rev: rev(), authorization });
  const dataDir = await mkdtemp(join(tmpdir(), "interlock-keys-"));
  closers.push(() => rmSync(dataDir, { recursive: true, force: true }));
  const running = await startProxyProcess({
    node: "node-a",
    dataDir,
    ingressPort: 0,
    enginePath: test.proxySocket,
    clock,
    random: createXorshift(3),
    log: () => {},
    limits: { shedLagMs: Number.POSITIVE_INFINITY },
  });
  closers.push(() => running.stop());
  const ask = async (token: string | null): Promise<string> => {
    const caller = await sockets.dial(running.proxy.ingressPort ?? 0);
    const line = token === null ? "" : `Authorization: Bearer ${token}\r\n`;
    caller.send(`GET / HTTP/1.1\r\nHost: a.mesh\r\n${line}Connection: close\r\n\r\n`);
    await caller.ended;
    return caller.received.slice(9, 12);
  };

  await expect.poll(() => ask(first.token), { timeout: 10_000 }).toBe("200");
  expect([await ask(null), await ask(second.token), await ask("not.a.token")]).toEqual(["403", "401", "401"]);

  keys = [second.jwk];
  aheadMs = 61_000;
  // An unknown key is told of at most each 10 s, and fetched for at most each minute.
  await expect.poll(() => ask(second.token), { timeout: 20_000, interval: 200 }).toBe("200");
  expect([await ask(first.token), fetched]).toEqual(["401", 2]);

  isDown = true;
  aheadMs = 122_000;
  const third = await keyPair("k3");
  await expect.poll(async () => [await ask(third.token), fetched], { timeout: 20_000, interval: 200 }).toEqual(["401", 3]);
  expect(await ask(second.token)).toBe("200");
  expect(test.engine.healthEvents().filter(({ kind }) => kind === "token-keys-stale")).toHaveLength(1);
});
