import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { join } from "node:path";
import { createServer as createTlsServer, connect as tlsConnect } from "node:tls";
import { afterEach, describe, expect, test } from "vitest";
import { createCertificateRequest, type VerifiedPeer } from "../../identity/index.ts";
import { systemClock } from "../../system/index.ts";
import {
  createTestAuthority,
  idOf,
  instance,
  newFolder,
  openAgent,
  removeFolders,
  settled,
  subject,
  type TestAuthority,
} from "./identity.fixture.ts";
import type { IdentityAgent } from "./identity-agent.ts";
import { createInboundTls } from "./inbound-tls.ts";
import { createPeerDialer, type PeerConnection } from "./peer-dialer.ts";

const closers: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  removeFolders();
});

interface Callee {
  readonly port: number;
  readonly peers: VerifiedPeer[];
  readonly refused: string[];
  readonly retired: number;
  mode: "strict" | "permissive";
}

/** An inbound listener that says who called, then echoes. */
async function listen(agent: IdentityAgent, name: string): Promise<Callee> {
  const callee = { port: 0, peers: [] as VerifiedPeer[], refused: [] as string[], retired: 0, mode: "strict" as Callee["mode"] };
  const inbound = createInboundTls({
    agent,
    subject: subject(name),
    clock: systemClock,
    mode: () => callee.mode,
    onSecure(socket, peer) {
      callee.peers.push(peer);
      socket.write(`${peer.id}\n`);
      socket.pipe(socket);
    },
    onPlain(socket) {
      socket.on("error", () => {});
      socket.write("plain\n");
      socket.pipe(socket);
    },
    onRefused: (code) => callee.refused.push(code),
    onRetire(socket) {
      callee.retired++;
      socket.end();
    },
  });
  const server = createServer((socket) => inbound.accept(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(() => inbound.close());
  closers.push(() => void server.close());
  callee.port = (server.address() as AddressInfo).port;
  return callee;
}

async function agentOf(authority: TestAuthority, local: Readonly<Record<string, string>>): Promise<IdentityAgent> {
  const agent = await openAgent(systemClock, authority, local);
  closers.push(() => agent.close());
  return agent;
}

/** Callee `web-1` and caller `api-1` on two proxies. */
async function pair(ttlMs = 60_000) {
  const authority = createTestAuthority(systemClock, ttlMs);
  const calleeAgent = await agentOf(authority, { "web-1": "web@1.2.0" });
  const callerAgent = await agentOf(authority, { "api-1": "api@1.0.0", "job-1": "job@1.0.0" });
  const callee = await listen(calleeAgent, "web-1");
  const dialer = createPeerDialer({ agent: callerAgent, clock: systemClock });
  const dial = (more = {}) =>
    dialer.dial({ address: "127.0.0.1", port: callee.port, expectedId: idOf("web@1.2.0"), as: subject("api-1"), ...more });
  return { authority, calleeAgent, callerAgent, callee, dial };
}

async function firstLine(socket: NodeJS.ReadableStream): Promise<string> {
  const [chunk] = (await once(socket, "data")) as [Buffer];
  return String(chunk);
}

async function connected(dialled: ReturnType<Awaited<ReturnType<typeof pair>>["dial"]>): Promise<PeerConnection> {
  const result = await dialled;
  if (!result.ok) throw new Error(result.error.detail);
  closers.push(() => void result.value.socket.destroy());
  return result.value;
}

function closed(socket: NodeJS.EventEmitter): Promise<void> {
  socket.on("error", () => {});
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

/** A whole exchange; the session tickets come before the first byte. */
async function exchange(dialled: ReturnType<Awaited<ReturnType<typeof pair>>["dial"]>): Promise<PeerConnection> {
  const connection = await connected(dialled);
  expect(await firstLine(connection.socket)).toBe(`${idOf("api@1.0.0")}\n`);
  return connection;
}

describe("two proxies", () => {
  test("know each other by their identities, in TLS 1.3, and bytes pass both ways", async () => {
    const { dial, callee } = await pair();
    const { socket, peer } = await exchange(dial());
    expect(socket.getProtocol()).toBe("TLSv1.3");
    expect(peer.id).toBe(idOf("web@1.2.0"));
    expect(callee.peers[0]?.principal).toEqual(instance("api@1.0.0"));
    socket.write("hello");
    expect(await firstLine(socket)).toBe("hello");
  });

  test("resume sessions, and both verify the other again when they do", async () => {
    const { dial, callee } = await pair();
    (await exchange(dial())).socket.end();
    const again = await exchange(dial());
    expect(again.isResumed).toBe(true);
    expect(again.peer.id).toBe(idOf("web@1.2.0"));
    expect(callee.peers.map(({ id }) => id)).toEqual([idOf("api@1.0.0"), idOf("api@1.0.0")]);
  });

  test("never resume a session as another caller or to another callee", async () => {
    const { dial } = await pair();
    (await exchange(dial())).socket.end();
    const asJob = await connected(dial({ as: subject("job-1") }));
    expect(asJob.isResumed).toBe(false);
    expect(await firstLine(asJob.socket)).toBe(`${idOf("job@1.0.0")}\n`);
    const other = await dial({ expectedId: idOf("web@1.3.0") });
    expect(other).toMatchObject({ ok: false, error: { code: "identity.peer-mismatch" } });
  });

  test("take a new certificate into use for the next connection while the old one goes on", async () => {
    const { dial, calleeAgent, callerAgent } = await pair();
    const before = await exchange(dial());
    const renewed = calleeAgent.held(subject("web-1"))?.fingerprint;
    for (const [agent, name, ref] of [
      [calleeAgent, "web-1", "web@1.2.0"],
      [callerAgent, "api-1", "api@1.0.0"],
    ] as const) {
      agent.want(new Map());
      agent.want(new Map([[subject(name), instance(ref)]]));
    }
    await settled();
    expect(before.isCurrent()).toBe(false);
    const after = await exchange(dial());
    expect(after.isResumed).toBe(false);
    expect(after.peer.fingerprint).not.toBe(renewed);
    before.socket.write("still here");
    expect(await firstLine(before.socket)).toBe("still here");
  });

  test("go through a root change without a failed handshake; after it, connections of the old root are told to end", async () => {
    const { authority, dial, callee, calleeAgent, callerAgent } = await pair();
    const old = await exchange(dial());
    authority.step("trust-new");
    await exchange(dial());
    authority.step("issue-new");
    const issuers = () => [calleeAgent.held(subject("web-1")), callerAgent.held(subject("api-1"))].map((held) => held?.rootFingerprint);
    const { issuingFingerprint } = authority.authority;
    await expect
      .poll(
        async () => {
          await exchange(dial());
          return issuers();
        },
        { timeout: 8_000, interval: 50 },
      )
      .toEqual([issuingFingerprint, issuingFingerprint]);
    authority.step("drop-old");
    const after = await exchange(dial());
    expect(after.peer.rootFingerprint).toBe(authority.authority.issuingFingerprint);
    await once(old.socket, "close");
    expect(callee.retired).toBeGreaterThan(0);
  });
});

describe("the caller refuses", () => {
  test("an instance that is another one than it asked for", async () => {
    const { dial } = await pair();
    const result = await dial({ expectedId: idOf("payments@1.2.0") });
    expect(result).toMatchObject({ ok: false, error: { code: "identity.peer-mismatch" } });
  });

  test("an instance of another authority, and one that speaks no TLS", async () => {
    const { callerAgent } = await pair();
    const foreign = await agentOf(createTestAuthority(systemClock), { "web-1": "web@1.2.0" });
    const callee = await listen(foreign, "web-1");
    const dialer = createPeerDialer({ agent: callerAgent, clock: systemClock });
    const target = { address: "127.0.0.1", port: callee.port, expectedId: idOf("web@1.2.0"), as: subject("api-1") };
    expect(await dialer.dial(target)).toMatchObject({ ok: false, error: { code: "identity.peer-mismatch" } });
    const plain = createServer((socket) => socket.end("HTTP/1.1 200 OK\r\n\r\n"));
    plain.listen(0, "127.0.0.1");
    await once(plain, "listening");
    closers.push(() => void plain.close());
    const { port } = plain.address() as AddressInfo;
    expect(await dialer.dial({ ...target, port })).toMatchObject({ ok: false, error: { code: "identity.peer-mismatch" } });
  });

  test("an old TLS version", async () => {
    const { authority, callerAgent } = await pair();
    const { privateKey, csrPem } = createCertificateRequest(idOf("web@1.2.0"));
    const issued = authority.authority.issue(csrPem, instance("web@1.2.0"));
    const cert = issued.ok ? issued.value.chainPem : "";
    const server = createTlsServer({ key: privateKey.export({ format: "pem", type: "pkcs8" }), cert, maxVersion: "TLSv1.2" });
    server.on("tlsClientError", () => {});
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    closers.push(() => void server.close());
    const dialer = createPeerDialer({ agent: callerAgent, clock: systemClock });
    const { port } = server.address() as AddressInfo;
    const result = await dialer.dial({ address: "127.0.0.1", port, expectedId: idOf("web@1.2.0"), as: subject("api-1") });
    expect(result).toMatchObject({ ok: false, error: { code: "identity.peer-mismatch" } });
  });

  test("to dial without an identity of its own; a port that nobody listens on is no matter of identity", async () => {
    const { dial } = await pair();
    expect(await dial({ as: subject("nobody") })).toMatchObject({ ok: false, error: { code: "identity.no-certificate" } });
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    expect(await dial({ port })).toMatchObject({ ok: false, error: { code: "upstream.connect-failure" } });
  });
});

describe("the callee refuses", () => {
  test("a caller without a certificate, and one of another authority", async () => {
    const { callee } = await pair();
    const bare = tlsConnect({ host: "127.0.0.1", port: callee.port, rejectUnauthorized: false });
    await closed(bare);
    const { privateKey, csrPem } = createCertificateRequest(idOf("api@1.0.0"));
    const issued = createTestAuthority(systemClock).authority.issue(csrPem, instance("api@1.0.0"));
    const cert = issued.ok ? issued.value.chainPem : "";
    const key = privateKey.export({ format: "pem", type: "pkcs8" });
    const foreign = tlsConnect({ host: "127.0.0.1", port: callee.port, key, cert, rejectUnauthorized: false });
    await closed(foreign);
    expect(callee.peers).toEqual([]);
    expect(callee.refused).toEqual(["identity.peer-mismatch", "identity.peer-mismatch"]);
  });

  test("plain text under strict with 403 and its code; under permissive it takes it, unread", async () => {
    const { callee } = await pair();
    const strict = connect(callee.port, "127.0.0.1");
    strict.write("GET / HTTP/1.1\r\nhost: web\r\n\r\n");
    expect(await firstLine(strict)).toMatch(/^HTTP\/1\.1 403 [\s\S]*x-interlock-code: identity\.plaintext-refused\r\n/);
    await once(strict, "close");
    callee.mode = "permissive";
    const plain = connect(callee.port, "127.0.0.1");
    plain.write("GET ");
    let text = "";
    plain.on("data", (chunk) => {
      text += String(chunk);
      if (text === "plain\nGET ") plain.write("/ HTTP/1.1");
      if (text === "plain\nGET / HTTP/1.1") plain.destroy();
    });
    await once(plain, "close");
    expect(text).toBe("plain\nGET / HTTP/1.1");
  });

  test("everybody as long as it has no identity itself", async () => {
    const { dial, calleeAgent } = await pair();
    calleeAgent.want(new Map());
    expect(await dial()).toMatchObject({ ok: false });
  });
});

describe("openssl s_client", () => {
  test("speaks with an instance when it has a certificate of the mesh", async () => {
    const { authority, callee } = await pair();
    const folder = newFolder();
    const { privateKey, csrPem } = createCertificateRequest(idOf("api@1.0.0"));
    const issued = authority.authority.issue(csrPem, instance("api@1.0.0"));
    const paths = { key: join(folder, "key.pem"), cert: join(folder, "cert.pem"), ca: join(folder, "ca.pem") };
    writeFileSync(paths.key, privateKey.export({ format: "pem", type: "pkcs8" }));
    writeFileSync(paths.cert, issued.ok ? issued.value.chainPem : "");
    writeFileSync(paths.ca, authority.authority.bundle.rootsPem.join(""));
    const files = ["-key", paths.key, "-cert", paths.cert, "-CAfile", paths.ca];
    const client = spawn("openssl", [
      "s_client",
      "-connect",
      `127.0.0.1:${callee.port}`,
      ...files,
      "-verify_return_error",
      "-quiet",
      "-no_ign_eof",
    ]);
    let text = "";
    client.stdout.on("data", (chunk) => {
      text += String(chunk);
      if (text.includes("\n")) client.stdin.end();
    });
    await once(client, "exit");
    expect(text).toBe(`${idOf("api@1.0.0")}\n`);
    expect(callee.peers[0]?.id).toBe(idOf("api@1.0.0"));
  });
});
