import { createDecipheriv, createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { createCertificateRequest, createPeerVerifier } from "../identity/index.ts";
import type { InstanceId, RootRotationStep, TrustBundle } from "../model/index.ts";
import {
  command,
  createFakeClock,
  openTestEngine,
  serveTestEngine,
  staticInstance,
  TEST_AUTHOR,
  type TestEngine,
} from "../testing/index.ts";
import { openMeshEngine } from "./open-mesh-engine.ts";
import type { TestProxy } from "./proxies/test-proxy.fixture.ts";
import { closeAll, closers, dial, isHealth, noticed, openEngine, withWeb } from "./test-engine.fixture.ts";

afterEach(closeAll);

const WEB_ID = "spiffe://interlock.local/service/web/version/1.0.0";
const HOUR_MS = 3_600_000;

/** `web` 1.0.0 on node-a; the id of the instance. */
async function withLocalWeb(engine: TestEngine): Promise<InstanceId> {
  await withWeb(engine);
  const local = staticInstance("web", "1.0.0", 9_100);
  const instance = { version: "1.0.0", address: "127.0.0.1", port: 9_100, node: "node-a" };
  await engine.apply({ ...local, instance });
  const found = engine.engine.instances().find(({ port }) => port === 9_100);
  return found?.id as InstanceId;
}

async function greet(engine: TestEngine, more = {}): Promise<{ readonly proxy: TestProxy; readonly bundle: TrustBundle }> {
  const proxy = await dial(engine);
  proxy.hello(more);
  const { bundle } = await proxy.next("trust");
  proxy.send({ kind: "trust-ack", version: bundle.version });
  return { proxy, bundle };
}

/** Asks for a certificate and waits for it; acks are taken by then too, since messages are taken in order. */
async function certify(proxy: TestProxy, subject: InstanceId | "ingress", id: string) {
  const request = createCertificateRequest(id);
  proxy.send({ kind: "csr", subject, csrPem: request.csrPem });
  const certificate = await proxy.next("certificate");
  return { certificate, request, der: new X509Certificate(certificate.chainPem).raw };
}

async function refusal(proxy: TestProxy, subject: string, id: string) {
  proxy.send({ kind: "csr", subject: subject as InstanceId, csrPem: createCertificateRequest(id).csrPem });
  return proxy.next("certificate-refused");
}

async function rotate({ engine }: TestEngine, step?: RootRotationStep, dryRun = false) {
  const { next, fingerprint } = engine.identities().rootChange;
  const done = await engine.execute(command({ kind: "identity.rotate-root", step: step ?? next, fingerprint }), TEST_AUTHOR, { dryRun });
  return done.ok ? "done" : done.error.code;
}

describe("a certificate", () => {
  test("is signed for an instance on the node of the proxy that asks, with the identity that the registry gives it", async () => {
    const clock = createFakeClock();
    const engine = await openEngine(clock);
    const id = await withLocalWeb(engine);
    const { proxy, bundle } = await greet(engine);
    const { certificate, der } = await certify(proxy, id, WEB_ID);
    const verified = createPeerVerifier({ bundle, wallMs: () => clock.wallMs() }).verify(der, WEB_ID);
    expect(verified.ok).toBe(true);
    expect(certificate.notAfterMs).toBe(clock.wallMs() + HOUR_MS);
    expect(engine.engine.identities().certificates).toMatchObject([
      {
        identity: WEB_ID,
        instance: id,
        proxy: "node-a",
        connected: true,
        overdue: false,
        rootFingerprint: engine.engine.identities().roots[0]?.fingerprint,
      },
    ]);
    await certify(proxy, "ingress", "spiffe://interlock.local/ingress");
  });

  test("is refused for an instance elsewhere, for one that is nobody, for an ingress that is not there, and for another identity", async () => {
    const engine = await openEngine();
    const id = await withLocalWeb(engine);
    const { proxy } = await greet(engine, { proxyId: "node-b", node: "node-b", ingressPort: null });
    const told = noticed(engine, isHealth("certificate-refused"));
    expect(await refusal(proxy, id, WEB_ID)).toMatchObject({ subject: id, code: "identity.not-local" });
    expect(await told).toMatchObject({ event: { subject: id, sentence: expect.stringContaining("node-a, not on node-b") } });
    expect(await refusal(proxy, "nobody", WEB_ID)).toMatchObject({ code: "identity.not-local" });
    expect(await refusal(proxy, "ingress", "spiffe://interlock.local/ingress")).toMatchObject({ code: "identity.not-local" });
    const local = await greet(engine);
    const asked = await refusal(local.proxy, id, "spiffe://interlock.local/service/payments/version/1.0.0");
    expect(asked).toMatchObject({ code: "identity.request-invalid", detail: expect.stringContaining(WEB_ID) });
    expect(engine.engine.identities().certificates).toEqual([]);
  });

  test("that is not renewed is reported before it ends, once, and gone from the list after", async () => {
    const clock = createFakeClock();
    const engine = await openEngine(clock);
    const { proxy } = await greet(engine, { proxyId: "node-a" });
    await certify(proxy, "ingress", "spiffe://interlock.local/ingress");
    const events = () => engine.engine.healthEvents().filter(({ kind }) => kind === "certificate-overdue");
    clock.advance(HOUR_MS * 0.55);
    expect(events()).toEqual([]);
    clock.advance(HOUR_MS * 0.2);
    expect(events()).toHaveLength(1);
    expect(engine.engine.identities().certificates).toMatchObject([{ overdue: true }]);
    clock.advance(HOUR_MS * 0.3);
    expect(events()).toHaveLength(1);
    expect(engine.engine.identities().certificates).toEqual([]);
  });

  test("is still known after a restart, and is of the same authority", async () => {
    const clock = createFakeClock();
    const first = await openTestEngine(clock);
    const { proxy, bundle } = await greet(first);
    await certify(proxy, "ingress", "spiffe://interlock.local/ingress");
    const before = first.engine.identities();
    await proxy.close();
    const second = await first.reopen();
    closers.push(() => second.remove());
    expect(second.engine.identities().certificates).toEqual(before.certificates.map((each) => ({ ...each, connected: false })));
    expect((await greet(second)).bundle).toEqual(bundle);
  });
});

describe("a root change", () => {
  test("waits at each step for every proxy, and each step is in the log", async () => {
    const engine = await openEngine();
    const { proxy, bundle } = await greet(engine);
    const old = await certify(proxy, "ingress", "spiffe://interlock.local/ingress");

    expect(await rotate(engine, "issue-new")).toBe("identity.rotation-order");
    expect(await rotate(engine, "trust-new", true)).toBe("done");
    expect(engine.engine.identities().rootChange.step).toBeNull();
    expect(await rotate(engine)).toBe("done");
    const both = (await proxy.next("trust")).bundle;
    expect(both.rootsPem).toEqual([bundle.rootsPem[0], expect.any(String)]);

    expect(await rotate(engine)).toBe("identity.not-settled");
    proxy.send({ kind: "trust-ack", version: both.version });
    expect((await certify(proxy, "ingress", "spiffe://interlock.local/ingress")).der).not.toEqual(old.der);
    expect(await rotate(engine)).toBe("done");
    const issuing = (await proxy.next("trust")).bundle;
    expect(issuing.rootsPem).toEqual([both.rootsPem[1], both.rootsPem[0]]);

    proxy.send({ kind: "trust-ack", version: issuing.version });
    await refusal(proxy, "nobody", WEB_ID);
    expect(await rotate(engine)).toBe("identity.not-settled");
    expect(engine.engine.identities().rootChange.waitingFor).toEqual([
      expect.stringContaining("node-a holds 1 certificate of the old root"),
    ]);
    await certify(proxy, "ingress", "spiffe://interlock.local/ingress");
    expect(await rotate(engine)).toBe("done");
    expect((await proxy.next("trust")).bundle.rootsPem).toEqual([both.rootsPem[1]]);
    const steps = engine.engine
      .changes({ limit: 10 })
      .map(({ kind, after, undoable }) => [kind, (after as { step: string }).step, undoable]);
    expect(steps).toEqual(["drop-old", "issue-new", "trust-new"].map((step) => ["identity.rotate-root", step, false]));
  });

  test("waits for a proxy that is away as long as what it holds is valid", async () => {
    const clock = createFakeClock();
    const engine = await openEngine(clock);
    const { proxy } = await greet(engine);
    await certify(proxy, "ingress", "spiffe://interlock.local/ingress");
    const lost = noticed(engine, isHealth("proxy-lost"));
    await proxy.close();
    await lost;
    expect(await rotate(engine)).toBe("done");
    expect(await rotate(engine)).toBe("identity.not-settled");
    expect(engine.engine.identities().rootChange.waitingFor).toEqual([expect.stringContaining("node-a is away")]);
    clock.advance(HOUR_MS);
    expect(await rotate(engine)).toBe("done");
  });

  test("goes on after a restart where the log says it is", async () => {
    const first = await openTestEngine(createFakeClock());
    const before = first.engine.identities().roots;
    await rotate(first);
    const during = first.engine.identities();
    const second = await first.reopen();
    expect(second.engine.identities().roots).toEqual(during.roots);
    expect(await rotate(second)).toBe("done");
    expect(await rotate(second)).toBe("done");
    const third = await second.reopen();
    closers.push(() => third.remove());
    const after = third.engine.identities().roots;
    expect(after).toHaveLength(1);
    expect(after[0]?.fingerprint).not.toBe(before[0]?.fingerprint);
    expect(JSON.parse(readFileSync(join(third.dir, "ca.json"), "utf8")).roots).toHaveLength(1);
  });

  test("is not about a root that somebody made up", async () => {
    const engine = await openEngine();
    const made = command({ kind: "identity.rotate-root", step: "trust-new", fingerprint: "00".repeat(32) });
    expect(await engine.engine.execute(made, TEST_AUTHOR)).toMatchObject({ ok: false, error: { code: "input.invalid" } });
  });
});

describe("the authority's key", () => {
  test("does not start the engine when it cannot be opened, and nothing is replaced", async () => {
    const clock = createFakeClock();
    const engine = await openEngine(clock);
    const before = readFileSync(join(engine.dir, "ca.json"), "utf8");
    await engine.engine.close();
    const open = (more = {}) =>
      openMeshEngine({ dir: engine.dir, proxySocket: engine.proxySocket, clock, random: { nextUint32: () => 1 }, ...more });
    const wrong = await open({ kek: { kind: "given", base64: Buffer.alloc(32).toString("base64") } });
    expect(wrong).toMatchObject({ ok: false, error: { code: "identity.kek-wrong" } });
    const moved = await open({ trustDomain: "other.local" });
    expect(moved).toMatchObject({ ok: false, error: { code: "identity.trust-domain-changed" } });
    expect(readFileSync(join(engine.dir, "ca.json"), "utf8")).toBe(before);
    writeFileSync(join(engine.dir, "ca.kek"), `${Buffer.alloc(32).toString("base64")}\n`);
    expect(await open()).toMatchObject({ ok: false, error: { code: "identity.kek-wrong" } });
  });

  test("is not replaced when its file is gone though certificates were issued", async () => {
    const clock = createFakeClock();
    const engine = await openEngine(clock);
    const { proxy } = await greet(engine);
    await certify(proxy, "ingress", "spiffe://interlock.local/ingress");
    await engine.engine.close();
    rmSync(join(engine.dir, "ca.json"));
    const opened = await openMeshEngine({ dir: engine.dir, proxySocket: engine.proxySocket, clock, random: { nextUint32: () => 1 } });
    expect(opened).toMatchObject({ ok: false, error: { code: "identity.ca-missing" } });
  });

  test("is in no file of the data folder and in no answer of the API, in any spelling", async () => {
    const clock = createFakeClock();
    const engine = await openEngine(clock);
    await withLocalWeb(engine);
    const { proxy } = await greet(engine);
    await certify(proxy, "ingress", "spiffe://interlock.local/ingress");
    await rotate(engine);
    const keys = sealedKeys(engine.dir);
    expect(keys).toHaveLength(2);

    const server = await serveTestEngine(engine.engine, clock);
    closers.push(() => server.close());
    const texts: Buffer[] = [];
    const paths = ["identities", "mesh", "topology", "changes", "services", "manifest", "openapi.json"];
    for (const path of paths) {
      const answer = await fetch(`http://127.0.0.1:${server.port}/api/v1/${path}`);
      texts.push(Buffer.from(await answer.arrayBuffer()));
    }
    texts.push(Buffer.from(await (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text()));
    for (const name of readdirSync(engine.dir, { recursive: true }).map(String)) {
      const path = join(engine.dir, name);
      if (statSync(path).isFile()) texts.push(readFileSync(path));
    }
    for (const secret of keys.flatMap(spellings)) for (const text of texts) expect(text.includes(secret)).toBe(false);
  });
});

interface SealedRoot {
  readonly certificatePem: string;
  readonly key: { readonly nonce: string; readonly tag: string; readonly data: string };
}

/** The private keys in `ca.json`, opened with nothing but what the format says. */
function sealedKeys(dir: string): readonly KeyObject[] {
  const kek = Buffer.from(readFileSync(join(dir, "ca.kek"), "utf8").trim(), "base64");
  const { roots } = JSON.parse(readFileSync(join(dir, "ca.json"), "utf8")) as { readonly roots: readonly SealedRoot[] };
  return roots.map(({ certificatePem, key }) => {
    const decipher = createDecipheriv("aes-256-gcm", kek, Buffer.from(key.nonce, "base64"));
    decipher.setAAD(Buffer.from(certificatePem, "utf8"));
    decipher.setAuthTag(Buffer.from(key.tag, "base64"));
    const der = Buffer.concat([decipher.update(Buffer.from(key.data, "base64")), decipher.final()]);
    return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  });
}

/** The secret number of a key as it could leak: bytes, hex, base64 and base64url, and as PEM. */
function spellings(key: KeyObject): readonly Buffer[] {
  const { d = "" } = key.export({ format: "jwk" });
  const bytes = Buffer.from(d, "base64url");
  const pem = String(key.export({ format: "pem", type: "pkcs8" })).split("\n")[1] ?? "";
  const texts = [bytes.toString("hex"), bytes.toString("hex").toUpperCase(), bytes.toString("base64").slice(0, 42), d, pem];
  return [bytes, ...texts.map((text) => Buffer.from(text, "latin1"))];
}
