import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { type IdentityStorage, openIdentityStorage } from "../identity/index.ts";
import { type AuthorizationPolicy, EMPTY_MESH_STATE, type MeshState } from "../model/index.ts";
import { err, ok, type Result } from "../std/index.ts";
import { createFakeClock } from "../testing/index.ts";
import { createJwksFetcher, jwksGuard, whyNoKeys } from "./fetch-jwks.ts";
import { createHealthLog } from "./health-log.ts";
import { JwksKeeper, readKeySet } from "./jwks-keeper.ts";

const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0).reverse()) close();
});

const URI = "https://login.example.com/keys";
const POLICY: AuthorizationPolicy = { action: "allow", rules: [], jwtProviders: [{ issuer: "https://login.example.com", jwksUri: URI }] };
const keySet = (kid: string) => JSON.stringify({ keys: [{ kty: "EC", kid, crv: "P-256", x: "eA", y: "eQ" }] });

function stateWith(policy: AuthorizationPolicy | null): MeshState {
  return { ...EMPTY_MESH_STATE, services: new Map([["web", { authorization: policy }]]) } as unknown as MeshState;
}

function newStorage(): IdentityStorage {
  const dir = mkdtempSync(join(tmpdir(), "interlock-jwks-"));
  closers.push(() => rmSync(dir, { recursive: true }));
  const opened = openIdentityStorage(dir, () => {});
  if (!opened.ok) throw new Error(opened.error.detail);
  closers.push(() => opened.value.close());
  return opened.value;
}

function keeperOf(storage = newStorage()) {
  const clock = createFakeClock();
  const health = createHealthLog(clock);
  const test_ = {
    answer: ok(keySet("k1")) as Result<string, string>,
    fetches: 0,
    changes: 0,
    policy: POLICY as AuthorizationPolicy | null,
  };
  const fetch = async () => {
    test_.fetches++;
    return test_.answer;
  };
  const onChange = () => test_.changes++;
  const keeper = new JwksKeeper({ clock, storage, health, fetch, state: () => stateWith(test_.policy), onChange, onFault: () => {} });
  closers.push(() => keeper.close());
  const kid = () => keeper.fill(POLICY)?.jwtProviders?.[0]?.jwks?.keys[0]?.["kid"];
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return Object.assign(test_, { keeper, clock, health, kid, settle });
}

describe("keys of an issuer", () => {
  test("are fetched when a policy names them, filled in, and the policy stays the same object while they do", async () => {
    const keys = keeperOf();
    keys.keeper.follow();
    await keys.settle();
    expect(keys.kid()).toBe("k1");
    expect(keys.changes).toBe(1);
    expect(keys.keeper.fill(POLICY)).toBe(keys.keeper.fill(POLICY));
    expect(keys.keeper.fill(null)).toBeNull();
    const without = { action: "deny", rules: [] } as const;
    expect(keys.keeper.fill(without)).toBe(without);
  });

  test("are fetched again every hour, and the new ones take their place", async () => {
    const keys = keeperOf();
    keys.keeper.follow();
    await keys.settle();
    keys.answer = ok(keySet("k2"));
    keys.clock.advance(3_599_000);
    expect(keys.fetches).toBe(1);
    keys.clock.advance(1_000);
    await keys.settle();
    expect([keys.fetches, keys.changes, keys.kid()]).toEqual([2, 2, "k2"]);
  });

  test("are fetched for an unknown key at most once a minute", async () => {
    const keys = keeperOf();
    keys.keeper.follow();
    await keys.settle();
    for (let count = 0; count < 5; count++) keys.keeper.unknownKey("https://login.example.com");
    expect(keys.fetches).toBe(1);
    keys.clock.advance(60_000);
    keys.keeper.unknownKey("https://somebody.example.com");
    expect(keys.fetches).toBe(1);
    for (let count = 0; count < 5; count++) keys.keeper.unknownKey("https://login.example.com");
    await keys.settle();
    expect(keys.fetches).toBe(2);
  });

  test("stay in force when they cannot be fetched, across a restart too; it is said once", async () => {
    const storage = newStorage();
    const first = keeperOf(storage);
    first.keeper.follow();
    await first.settle();
    const second = keeperOf(storage);
    second.answer = err("It answered 500.");
    second.keeper.follow();
    await second.settle();
    second.clock.advance(60_000);
    await second.settle();
    expect(second.fetches).toBe(2);
    expect(second.kid()).toBe("k1");
    expect(second.health.list()).toMatchObject([{ kind: "token-keys-stale", sentence: expect.stringContaining("It answered 500.") }]);
  });

  test("are let go when no policy names them any more, also on disk", async () => {
    const storage = newStorage();
    const keys = keeperOf(storage);
    keys.keeper.follow();
    await keys.settle();
    keys.policy = null;
    expect(storage.jwks()).toHaveLength(1);
    keys.keeper.follow();
    expect([keys.kid(), storage.jwks()]).toEqual([undefined, []]);
    keys.clock.advance(7_200_000);
    expect(keys.fetches).toBe(1);
    storage.putJwks({ uri: URI, jwks: keySet("k0") });
    const later = keeperOf(storage);
    later.policy = null;
    later.keeper.follow();
    expect(storage.jwks()).toEqual([]);
  });

  test("of more addresses than are fetched from are said to be missing, once", () => {
    const keys = keeperOf();
    const jwtProviders = Array.from({ length: 202 }, (_, index) => ({ issuer: `i${index}`, jwksUri: `https://i${index}.example.com/` }));
    keys.policy = { action: "allow", rules: [], jwtProviders };
    keys.keeper.follow();
    keys.keeper.follow();
    expect(keys.fetches).toBe(200);
    expect(keys.health.list()).toMatchObject([{ kind: "limit-reached", sentence: expect.stringContaining("https://i201.example.com/") }]);
  });

  test("that the fetcher fails to fetch in a way of its own are tried again like any others", async () => {
    const clock = createFakeClock();
    let fetches = 0;
    const fetch = () => {
      fetches++;
      return Promise.reject(new Error("a flaw"));
    };
    const state = () => stateWith(POLICY);
    const health = createHealthLog(clock);
    const keeper = new JwksKeeper({ clock, storage: newStorage(), health, fetch, state, onChange: () => {}, onFault: () => {} });
    closers.push(() => keeper.close());
    keeper.follow();
    await new Promise<void>((resolve) => setImmediate(resolve));
    clock.advance(60_000);
    expect(fetches).toBe(2);
    expect(health.list()).toMatchObject([{ kind: "token-keys-stale", sentence: expect.stringContaining("a flaw") }]);
  });

  test("are public: private members and shared secrets stay behind, and a set without a public key is none", () => {
    const mixed = { keys: [{ kty: "EC", kid: "a", x: "eA", y: "eQ", crv: "P-256", d: "secret" }, { kty: "oct", k: "secret" }, 7] };
    expect(readKeySet(JSON.stringify(mixed))).toEqual(ok({ keys: [{ kty: "EC", kid: "a", crv: "P-256", x: "eA", y: "eQ" }] }));
    for (const text of ["", "{}", '{"keys":{}}', '{"keys":[]}', '{"keys":[{"kty":"oct","k":"x"}]}'])
      expect(readKeySet(text).ok).toBe(false);
  });
});

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

describe("fetching", () => {
  test("goes to an allowed host inside, over plain HTTP", async () => {
    const port = await serve((_, response) => response.end(keySet("k1")));
    expect(await createJwksFetcher(jwksGuard([`127.0.0.1:${port}`]))(`http://127.0.0.1:${port}/keys`)).toEqual(ok(keySet("k1")));
  });

  const inside = [
    "http://login.example.com/keys",
    "https://127.0.0.1/keys",
    "https://2130706433/keys",
    "https://0x7f.1/keys",
    "https://[::1]/keys",
    "https://[::ffff:127.0.0.1]/keys",
    "https://169.254.169.254/latest/meta-data",
    "https://10.1.2.3/",
    "https://192.168.1.1/",
    "https://[fe80::1]/",
    "https://[fd00::1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://localhost/keys",
    "https://user:secret@login.example.com/",
    "file:///etc/passwd",
    "gopher://127.0.0.1/",
    "",
  ];
  test.each(inside)("never goes to %s", async (uri) => {
    let calls = 0;
    const port = await serve(() => calls++);
    const fetched = await createJwksFetcher(jwksGuard([]), { fetchMs: 2_000 })(uri.replace("/keys", `:${port}/keys`));
    expect(fetched.ok).toBe(false);
    expect(calls).toBe(0);
  });

  test("follows no redirect, takes no other status, nothing that is too large and nothing that is too late", async () => {
    const port = await serve((request, response) => {
      if (request.url === "/redirect") response.writeHead(302, { location: "http://169.254.169.254/" }).end();
      else if (request.url === "/missing") response.writeHead(404).end();
      else if (request.url === "/large") response.end("x".repeat(5_000));
      else response.write("{");
    });
    const fetch = createJwksFetcher(jwksGuard([`127.0.0.1:${port}`]), { fetchMs: 300, bytesMax: 1_000 });
    const why = async (path: string) => {
      const fetched = await fetch(`http://127.0.0.1:${port}${path}`);
      return fetched.ok ? "fetched" : fetched.error;
    };
    expect(await why("/redirect")).toContain("redirects (302)");
    expect(await why("/missing")).toBe("It answered 404.");
    expect(await why("/large")).toBe("It is larger than 1000 bytes.");
    expect(await why("/slow")).toBe("It did not answer within 300 ms.");
  });
});

test("an address that keys are never fetched from is known before it is tried", () => {
  const why = (uri: string) => whyNoKeys(jwksGuard(["id.internal:8443"]), uri);
  expect(why("https://login.example.com/keys")).toBeNull();
  expect(why("http://id.internal:8443/keys")).toBeNull();
  expect(why("http://login.example.com/keys")).toContain("not https");
  expect(why("https://10.0.0.8/keys")).toContain("not of the public internet");
  expect(why("https://[::1]/keys")).toContain("not of the public internet");
});
