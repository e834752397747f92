import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { afterEach, describe, expect, test } from "vitest";
import type { AuthorizationPolicy, RouteRule } from "../model/index.ts";
import type { AccessLogLine } from "./access-log.ts";
import { type EchoMesh, openEchoMesh } from "./echo-mesh.fixture.ts";
import { tally } from "./test-mesh.fixture.ts";

let mesh: EchoMesh;

afterEach(() => mesh.close());

async function guarded(policy: AuthorizationPolicy, rest: Parameters<typeof openEchoMesh>[1] = {}): Promise<void> {
  mesh = await openEchoMesh(["a@1.0.0", "web@1.0.0", "web@2.0.0"], { authorization: { a: policy }, ...rest });
}

function portOf(version: string): number {
  return mesh.proxy.outbound.find(({ instance }) => instance.startsWith(`web-${version}-`))?.port ?? 0;
}

const codeOf = async (...ask: Parameters<EchoMesh["ask"]>) => {
  const { headers, status } = await mesh.ask(...ask);
  return status === 200 ? 200 : headers["x-interlock-code"];
};

describe("who may call a service in plain HTTP", () => {
  test("is decided at the caller's proxy by who is behind its listener: service, version, or the outside", async () => {
    await guarded({ action: "allow", rules: [{ from: { services: ["web@2.0.0"] } }] });
    expect(await codeOf("/", { port: portOf("2.0.0") })).toBe(200);
    expect(await codeOf("/", { port: portOf("1.0.0") })).toBe("authorization.denied");
    expect(await codeOf("/")).toBe("authorization.denied");
    expect(mesh.seen).toHaveLength(1);
  });

  test("deny wins over allow; nobody gets in where no rule fits", async () => {
    const rules = [
      { action: "deny" as const, to: { methods: ["DELETE"] } },
      { from: { services: ["ingress"] }, to: { paths: ["/open/*"] } },
    ];
    await guarded({ action: "allow", rules });
    expect(await codeOf("/open/x")).toBe(200);
    expect(await codeOf("/open/x", { method: "DELETE" })).toBe("authorization.denied");
    expect(await codeOf("/closed")).toBe("authorization.denied");
  });

  test("a rule that asks for an identity allows nobody who proved none", async () => {
    await guarded({ action: "allow", rules: [{ from: { identities: ["spiffe://interlock.local/*"] } }] });
    expect(await codeOf("/", { port: portOf("1.0.0") })).toBe("authorization.denied");
  });

  test("a refusal is 403, counted as denied, and names the rule in the log only", async () => {
    const lines: AccessLogLine[] = [];
    const accessLog = { mode: "all" as const, write: (line: AccessLogLine) => void lines.push(line) };
    const policy: AuthorizationPolicy = { action: "deny", rules: [{ name: "no-strangers", from: { services: ["ingress"] } }] };
    mesh = await openEchoMesh(["a@1.0.0"], { authorization: { a: policy } }, { accessLog });
    const { body, head, status } = await mesh.ask("/");
    expect(status).toBe(403);
    expect(head + body).not.toContain("no-strangers");
    expect(lines).toMatchObject([{ status: 403, code: "authorization.denied", rule: "no-strangers", callee: { service: "a" } }]);
    const batch = mesh.proxy.recorder.closeBatch();
    expect(batch.edges.map(({ denied, statusClasses }) => [denied, statusClasses])).toEqual([[1, [0, 0, 0, 1, 0]]]);
    expect(batch.codes).toEqual({ "authorization.denied": 1 });
  });

  test("is decided on the path that is sent, rewrites included", async () => {
    const urlRewrite = { path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/admin" } };
    const rule = { matches: [{ path: { type: "PathPrefix", value: "/pub" } }], filters: [{ type: "URLRewrite", urlRewrite }] };
    await guarded({ action: "deny", rules: [{ to: { paths: ["/admin/*"] } }] }, { rules: { a: [rule as unknown as RouteRule] } });
    expect(await codeOf("/pub/x")).toBe("authorization.denied");
    expect(await codeOf("/other")).toBe(200);
  });
});

describe("tokens", () => {
  const ISSUER = "https://issuer.example";

  async function withTokens(rule: Record<string, readonly string[]>) {
    const { privateKey, publicKey } = await generateKeyPair("ES256");
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "k1" }] };
    const sign = (claims: JWTPayload, expires: string | number = "1h") =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: "ES256", kid: "k1" })
        .setIssuer(ISSUER)
        .setAudience("shop")
        .setExpirationTime(expires)
        .sign(privateKey);
    const policy = { action: "allow", rules: [{ from: { jwt: rule } }], jwtProviders: [{ issuer: ISSUER, audiences: ["shop"], jwks }] };
    await guarded(policy as unknown as AuthorizationPolicy);
    return sign;
  }

  const bearer = (...tokens: string[]) => ({ lines: tokens.map((token) => `Authorization: Bearer ${token}`) });

  test("a verified claim opens the door; a token without it does not; no token has no claims", async () => {
    const sign = await withTokens({ role: ["admin", "editor"] });
    expect(await codeOf("/", bearer(await sign({ role: "editor" })))).toBe(200);
    expect(await codeOf("/", bearer(await sign({ role: ["x", "admin"] })))).toBe(200);
    expect(await codeOf("/", bearer(await sign({ role: "reader" })))).toBe("authorization.denied");
    expect(await codeOf("/")).toBe("authorization.denied");
    expect(await codeOf("/", { lines: ["Authorization: Basic YTpi"] })).toBe("authorization.denied");
  });

  test("one that is not valid is refused with 401, whatever the rules: expired, forged, several, none at all", async () => {
    const sign = await withTokens({});
    const good = await sign({});
    const [header = "", payload = "", signature = ""] = good.split(".");
    const forged = [
      header,
      Buffer.from(JSON.stringify({ iss: ISSUER, aud: "shop", exp: 9e9, role: "admin" })).toString("base64url"),
      signature,
    ].join(".");
    const unsigned = [Buffer.from('{"alg":"none"}').toString("base64url"), payload, ""].join(".");
    const expired = await sign({}, Math.floor(Date.now() / 1_000) - 3_600);
    for (const lines of [[forged], [unsigned], [expired], [good, good], [""]]) {
      const { headers, status } = await mesh.ask("/", bearer(...lines));
      expect([status, headers["x-interlock-code"]]).toEqual([401, "authorization.token-invalid"]);
    }
    expect(mesh.seen).toEqual([]);
    expect(await codeOf("/", bearer(good))).toBe(200);
  });

  test("a request with a body waits for the verification and is sent whole; the next one with that token does not wait", async () => {
    const sign = await withTokens({});
    const token = await sign({});
    const body = "x".repeat(200_000);
    for (const round of [1, 2]) {
      expect(await codeOf("/", { ...bearer(token), method: "POST", body })).toBe(200);
      expect(mesh.seen[round - 1]?.body).toBe(body);
    }
  });

  test("a caller that goes away meanwhile is counted once", async () => {
    const sign = await withTokens({});
    const caller = await mesh.dial();
    caller.send(`GET / HTTP/1.1\r\nHost: a.mesh\r\nAuthorization: Bearer ${await sign({})}\r\n\r\n`);
    caller.socket.resetAndDestroy();
    await expect.poll(() => mesh.proxy.active).toBe(0);
    await mesh.ask("/");
    expect(tally(mesh.proxy).requests).toBeGreaterThanOrEqual(1);
  });
});
