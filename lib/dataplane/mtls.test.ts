import { spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../system/index.ts";
import { createTestAuthority, idOf, newFolder, openAgent, removeFolders, subject } from "./identity/identity.fixture.ts";
import { edgesOf, type MtlsMesh, type MtlsOptions, openMtlsMesh } from "./mtls-mesh.fixture.ts";
import { deadPort } from "./test-mesh.fixture.ts";

let mesh: MtlsMesh;

afterEach(async () => {
  await mesh.close();
  removeFolders();
});

const open = async (options?: MtlsOptions) => {
  mesh = await openMtlsMesh(options);
};
const STRICT = { policies: { api: { tls: { mode: "strict" as const } } } };
const codesOf = ({ proxy }: MtlsMesh["a"]) => {
  const { codes } = proxy.recorder.peek();
  return codes;
};

const closed = (socket: net.Socket) => new Promise((resolve) => socket.once("close", resolve));

/** Talks TLS to api's inbound listener with the material of a local identity of node a, and sends one request. */
async function askSecurely(
  options: { readonly as?: string; readonly servername?: string; readonly maxVersion?: "TLSv1.2" } = {},
): Promise<string> {
  const { as, ...rest } = options;
  const held = as === undefined ? null : mesh.a.agent.held(subject(as));
  const socket = connect({
    host: "127.0.0.1",
    port: mesh.inboundPort("api-1.0.0-0"),
    ca: [...(mesh.a.agent.bundle?.rootsPem ?? [])],
    checkServerIdentity: () => undefined,
    ...(held === null ? {} : { key: held.keyPem, cert: held.chainPem }),
    ...rest,
  });
  let received = "";
  socket.on("error", () => {});
  socket.on("data", (bytes) => {
    received += bytes.toString("latin1");
  });
  socket.write("GET /secure HTTP/1.1\r\nHost: api.mesh\r\nConnection: close\r\n\r\n");
  await closed(socket);
  return received;
}

/** Speaks plain text to a port. */
async function speakPlainly(port: number, lines: readonly string[] = []): Promise<string> {
  const socket = net.connect({ port, host: "127.0.0.1" });
  let received = "";
  socket.on("error", () => {});
  socket.on("data", (bytes) => {
    received += bytes.toString("latin1");
  });
  socket.write(`GET /plain HTTP/1.1\r\nHost: api.mesh\r\nConnection: close\r\n${lines.map((line) => `${line}\r\n`).join("")}\r\n`);
  await closed(socket);
  return received;
}

describe("who may call is decided at the callee's proxy", () => {
  const only = (...services: string[]) => ({
    authorization: { api: { action: "allow" as const, rules: [{ name: "callers", from: { services } }] } },
  });

  test("a caller who is not allowed gets 403; it is counted as denied on his edge, and as a code at the callee's proxy only", async () => {
    await open();
    await mesh.apply(only("shop"));
    const answer = await mesh.ask("/");
    expect(answer).toMatchObject({ status: 403, headers: { "x-interlock-code": "authorization.denied" } });
    expect(answer.body).not.toContain("callers");
    expect(mesh.seen).toEqual([]);
    expect(codesOf(mesh.a)).toEqual({});
    expect(codesOf(mesh.b)).toEqual({ "authorization.denied": 1 });
    expect(edgesOf(mesh.a)["web>api"]).toMatchObject({ requests: 1, denied: 1, encrypted: 1 });
  });

  test("a caller is known by the identity that he proved, in rules by service, version and SPIFFE id", async () => {
    await open();
    for (const sketch of [
      only("web"),
      only("web@1.0.0"),
      { authorization: { api: { action: "allow" as const, rules: [{ from: { identities: [idOf("web@1.0.0")] } }] } } },
    ]) {
      await mesh.apply(sketch);
      expect(await mesh.ask("/")).toMatchObject({ status: 200 });
    }
    await mesh.apply({ authorization: { api: { action: "allow", rules: [{ from: { identities: [idOf("web@1.0.1")] } }] } } });
    expect(await mesh.ask("/")).toMatchObject({ status: 403 });
  });

  test("a path is judged in the form that is sent on", async () => {
    await open();
    await mesh.apply({ authorization: { api: { action: "deny", rules: [{ to: { paths: ["/admin/*"] } }] } } });
    for (const path of ["/admin/x", "/./admin/x", "/a/../admin/x", "//admin/x", "/%61dmin/x"]) {
      expect([path, (await mesh.ask(path)).status]).toEqual([path, expect.toSatisfy((status) => status === 403 || status === 400)]);
    }
    expect(mesh.seen).toEqual([]);
    expect(await mesh.ask("/open/./x")).toMatchObject({ status: 200 });
    expect(mesh.seen.at(-1)?.url).toBe("/open/x");
  });

  test("deny wins over allow", async () => {
    await open();
    const rules = [{ from: { services: ["web"] } }, { action: "deny" as const, to: { methods: ["POST"] } }];
    await mesh.apply({ authorization: { api: { action: "allow", rules } } });
    expect(await mesh.ask("/")).toMatchObject({ status: 200 });
    expect(await mesh.ask("/", { method: "POST", body: "x" })).toMatchObject({ status: 403 });
  });

  test("an empty policy that allows lets nobody in", async () => {
    await open();
    await mesh.apply({ authorization: { api: { action: "allow", rules: [] } } });
    expect(await mesh.ask("/")).toMatchObject({ status: 403 });
  });

  test("a token that is not valid is refused with 401", async () => {
    await open();
    const key = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "jwk" });
    const jwtProviders = [{ issuer: "https://issuer.example", jwks: { keys: [{ ...key, kid: "1", alg: "ES256" }] } }];
    await mesh.apply({ authorization: { api: { action: "deny", rules: [], jwtProviders } } });
    expect(await mesh.ask("/", { lines: ["Authorization: Bearer not.a.token"] })).toMatchObject({
      status: 401,
      headers: { "x-interlock-code": "authorization.token-invalid" },
    });
    expect(codesOf(mesh.b)).toEqual({ "authorization.token-invalid": 1 });
    expect(mesh.seen).toEqual([]);
  });

  test("a policy that cannot be read changes nothing: the one that denies stays in force", async () => {
    await open();
    await mesh.apply(only("shop"));
    await expect(mesh.apply({ authorization: { api: { action: "perhaps", rules: null } as never } })).rejects.toThrow();
    expect(await mesh.ask("/")).toMatchObject({ status: 403 });
    expect(mesh.seen).toEqual([]);
  });
});

describe("an inbound listener", () => {
  test("refuses plain text under strict with 403 and its code", async () => {
    await open({ sketch: STRICT });
    const answer = await speakPlainly(mesh.inboundPort("api-1.0.0-0"));
    expect(answer).toMatch(/^HTTP\/1\.1 403 .*x-interlock-code: identity\.plaintext-refused/s);
    expect(mesh.seen).toEqual([]);
    expect(codesOf(mesh.b)).toEqual({ "identity.plaintext-refused": 1 });
  });

  test("counts every refusal and logs few: nobody fills the disk by being refused", async () => {
    await open({ sketch: STRICT });
    for (let call = 0; call < 20; call++) await speakPlainly(mesh.inboundPort("api-1.0.0-0"));
    expect(codesOf(mesh.b)).toEqual({ "identity.plaintext-refused": 20 });
    expect(mesh.b.logs.filter((line) => line.includes("identity.plaintext-refused"))).toHaveLength(1);
  });

  test("takes plain text under permissive, from nobody: what the caller says of himself is cut, and rules on callers do not let him in", async () => {
    await open();
    const port = mesh.inboundPort("api-1.0.0-0");
    expect(await speakPlainly(port, ["x-interlock-caller: web@1.0.0", "x-forwarded-for: 1.2.3.4"])).toContain("200 OK");
    expect(mesh.seen[0]?.headers).not.toHaveProperty("x-interlock-caller");
    expect(mesh.seen[0]?.headers["x-forwarded-for"]).toBe("127.0.0.1");
    await mesh.apply({ authorization: { api: { action: "allow", rules: [{ from: { services: ["web"] } }] } } });
    expect(await speakPlainly(port)).toContain("403");
  });

  test("serves nobody without a certificate, over TLS 1.2, or with a certificate of another authority", async () => {
    await open();
    expect(await askSecurely({ as: "web-1.0.0-0" })).toContain("200 OK");
    expect(await askSecurely({})).toBe("");
    expect(await askSecurely({ as: "web-1.0.0-0", maxVersion: "TLSv1.2" })).toBe("");
    const other = await openAgent(systemClock, createTestAuthority(systemClock), { stranger: "web@1.0.0" });
    const held = other.held(subject("stranger"));
    const socket = connect({
      host: "127.0.0.1",
      port: mesh.inboundPort("api-1.0.0-0"),
      ...(held === null ? {} : { key: held.keyPem, cert: held.chainPem }),
      rejectUnauthorized: false,
    });
    let received = "";
    socket.on("data", (bytes) => {
      received += bytes.toString("latin1");
    });
    socket.on("error", () => {});
    socket.write("GET /stranger HTTP/1.1\r\nHost: api.mesh\r\n\r\n");
    await closed(socket);
    await other.close();
    expect(received).toBe("");
    expect(mesh.seen.map(({ url }) => url)).toEqual(["/secure"]);
    expect(codesOf(mesh.b)["identity.peer-mismatch"]).toBeGreaterThanOrEqual(2);
  });

  test("lets go at once of whoever hangs up during the handshake, and takes it for no wrong identity", async () => {
    await open();
    const socket = net.connect({ port: mesh.inboundPort("api-1.0.0-0"), host: "127.0.0.1", allowHalfOpen: true });
    const ended = new Promise((resolve) => socket.on("end", resolve));
    socket.on("error", () => {});
    socket.resume().end(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00]));
    await ended;
    socket.destroy();
    expect(codesOf(mesh.b)).toEqual({});
  });

  test("goes by the certificate that was shown and not by the name that was asked for, in upper case or not", async () => {
    await open();
    for (const servername of ["API.MESH", "bank.mesh", "WEB.mesh"])
      expect(await askSecurely({ as: "web-1.0.0-0", servername })).toContain("200 OK");
    expect(mesh.seen.map(({ headers }) => headers["x-interlock-caller"])).toEqual(["web@1.0.0", "web@1.0.0", "web@1.0.0"]);
  });

  test("is seen by openssl as TLS 1.3 with one SPIFFE id", async () => {
    await open();
    const folder = newFolder();
    const held = mesh.a.agent.held(subject("web-1.0.0-0"));
    writeFileSync(join(folder, "key.pem"), held?.keyPem ?? "");
    writeFileSync(join(folder, "cert.pem"), held?.chainPem ?? "");
    writeFileSync(join(folder, "ca.pem"), mesh.a.agent.bundle?.rootsPem.join("\n") ?? "");
    const file = (name: string) => join(folder, name);
    const args = [
      "-connect",
      `127.0.0.1:${mesh.inboundPort("api-1.0.0-0")}`,
      "-key",
      file("key.pem"),
      "-cert",
      file("cert.pem"),
      "-CAfile",
      file("ca.pem"),
    ];
    const child = spawn("openssl", ["s_client", ...args, "-servername", "API.MESH", "-ign_eof"]);
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.stdin.write("GET /openssl HTTP/1.1\r\nHost: api.mesh\r\nConnection: close\r\n\r\n");
    await once(child, "close");
    expect(output).toMatch(/TLSv1\.3/);
    expect(output).toMatch(/Verify return code: 0/);
    expect(output).toContain("HTTP/1.1 200 OK");
    expect(mesh.seen[0]?.headers["x-interlock-caller"]).toBe("web@1.0.0");
  });
});

describe("a caller's proxy", () => {
  test.each(["permissive", "strict"] as const)("calls nobody who proves to be somebody else, under %s", async (mode) => {
    await open({ callees: ["api@1.0.0", "bank@1.0.0"] });
    const policies = { api: { tls: { mode } } };
    await mesh.apply({ policies });
    expect(await mesh.ask("/")).toMatchObject({ status: 200 });
    await mesh.apply({ policies }, (endpoints) => {
      const [api, bank] = [endpoints["api-1.0.0-0"], endpoints["bank-1.0.0-0"]];
      if (api !== undefined) api.inbound = bank?.inbound;
    });
    expect(await mesh.ask("/")).toMatchObject({ status: 503, headers: { "x-interlock-code": "identity.peer-mismatch" } });
    expect(mesh.seen).toHaveLength(1);
  });

  test("never resumes a session with one instance when it calls another: addresses that were swapped are found out, and found again", async () => {
    await open({ callees: ["api@1.0.0", "bank@1.0.0"] });
    const swap = (endpoints: Record<string, { inbound?: unknown }>) => {
      const [api, bank] = [endpoints["api-1.0.0-0"], endpoints["bank-1.0.0-0"]];
      if (api === undefined || bank === undefined) throw new Error("they are gone");
      [api.inbound, bank.inbound] = [bank.inbound, api.inbound];
    };
    for (const host of ["api.mesh", "bank.mesh"]) expect(await mesh.ask("/", { host })).toMatchObject({ status: 200 });
    await mesh.apply({}, swap);
    for (const host of ["api.mesh", "bank.mesh"]) expect(await mesh.ask("/", { host })).toMatchObject({ status: 503 });
    expect(mesh.seen).toHaveLength(2);
    await mesh.apply({});
    for (const host of ["api.mesh", "bank.mesh"]) await expect.poll(async () => (await mesh.ask("/", { host })).status).toBe(200);
  });

  test("calls in plain text while nobody listens for the instance, under permissive; under strict it does not", async () => {
    await open();
    const dead = await deadPort();
    const adapt = (endpoints: Record<string, { inbound?: unknown }>) => {
      const api = endpoints["api-1.0.0-0"];
      if (api !== undefined) api.inbound = { address: "127.0.0.1", port: dead };
    };
    await mesh.apply({}, adapt);
    expect(await mesh.ask("/")).toMatchObject({ status: 200 });
    expect(edgesOf(mesh.a)["web>api"]).toMatchObject({ requests: 1, encrypted: 0, retries: 0 });
    await mesh.apply(STRICT, adapt);
    expect(await mesh.ask("/")).toMatchObject({ status: 503, headers: { "x-interlock-code": "upstream.connect-failure" } });
    expect(mesh.seen).toHaveLength(1);
  });

  test("without a certificate of its own calls in plain text under permissive, and under strict not at all", async () => {
    await open();
    mesh.a.agent.want(new Map());
    expect(await mesh.ask("/")).toMatchObject({ status: 200 });
    expect(edgesOf(mesh.a)["web>api"]).toMatchObject({ encrypted: 0 });
    const snapshot = mesh.a.proxy.snapshot;
    if (snapshot?.services["api"] === undefined) throw new Error("there is no snapshot");
    const { api } = snapshot.services;
    const strict = { ...api, policy: { ...api.policy, tls: { mode: "strict" as const } } };
    mesh.a.proxy.applySnapshot({ ...snapshot, version: 9_999, services: { ...snapshot.services, api: strict } });
    expect(await mesh.ask("/")).toMatchObject({ status: 503, headers: { "x-interlock-code": "identity.peer-mismatch" } });
    expect(mesh.seen).toHaveLength(1);
  });

  test("decides itself who may call where it calls in plain text, and believes no identity there", async () => {
    await open();
    mesh.a.agent.want(new Map());
    const snapshot = mesh.a.proxy.snapshot;
    if (snapshot?.services["api"] === undefined) throw new Error("there is no snapshot");
    const { api } = snapshot.services;
    const authorization = { action: "allow" as const, rules: [{ from: { identities: [idOf("web@1.0.0")] } }] };
    mesh.a.proxy.applySnapshot({ ...snapshot, version: 9_999, services: { ...snapshot.services, api: { ...api, authorization } } });
    expect(await mesh.ask("/")).toMatchObject({ status: 403 });
    expect(codesOf(mesh.a)).toEqual({ "authorization.denied": 1 });
    expect(mesh.seen).toEqual([]);
  });
});
