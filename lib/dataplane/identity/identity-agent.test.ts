import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { createFakeClock } from "../../testing/index.ts";
import { createTestAuthority, idOf, instance, newFolder, openAgent, removeFolders, settled, subject } from "./identity.fixture.ts";

afterEach(removeFolders);

const WEB = subject("web-1");
const HOUR_MS = 3_600_000;

const asks = (authority: { readonly asked: readonly { readonly kind: string }[] }) =>
  authority.asked.filter(({ kind }) => kind === "csr").length;

async function webAgent(ttlMs = HOUR_MS, more = {}) {
  const clock = createFakeClock();
  const authority = createTestAuthority(clock, ttlMs);
  const agent = await openAgent(clock, authority, { "web-1": "web@1.2.0" }, more);
  const advance = async (ms: number) => {
    clock.advance(ms);
    await settled();
  };
  return { clock, authority, agent, advance };
}

describe("an identity", () => {
  test("is asked for and taken when the bundle is there, and the bundle is acknowledged", async () => {
    const { agent, authority } = await webAgent();
    expect(agent.held(WEB)).toMatchObject({ id: idOf("web@1.2.0"), rootFingerprint: authority.authority.issuingFingerprint });
    expect(authority.asked.filter(({ kind }) => kind === "trust-ack")).toEqual([{ kind: "trust-ack", version: 1 }]);
  });

  test("is renewed with another key between 40 and 50 percent of its life, once", async () => {
    const { agent, authority, advance } = await webAgent();
    const first = agent.held(WEB);
    await advance(HOUR_MS * 0.39);
    expect(asks(authority)).toBe(1);
    await advance(HOUR_MS * 0.115);
    expect(asks(authority)).toBe(2);
    expect(agent.held(WEB)?.fingerprint).not.toBe(first?.fingerprint);
    expect(agent.held(WEB)?.keyPem).not.toBe(first?.keyPem);
  });

  test("is not asked for again because the wall clock jumped within its life", async () => {
    const { clock, authority, advance } = await webAgent();
    clock.jumpWall(HOUR_MS * 0.8);
    await advance(HOUR_MS * 0.3);
    clock.jumpWall(-HOUR_MS * 3);
    await advance(HOUR_MS * 0.05);
    expect(asks(authority)).toBe(1);
  });

  test("serves on while the engine is away; past half of its life there is an alert, before anything expires", async () => {
    const alerts: string[] = [];
    const { agent, authority, advance } = await webAgent(HOUR_MS, { onAlert: (sentence: string) => alerts.push(sentence) });
    authority.answers = false;
    await advance(HOUR_MS * 0.54);
    expect(alerts).toEqual([]);
    await advance(HOUR_MS * 0.02);
    expect(alerts).toEqual([expect.stringContaining(idOf("web@1.2.0"))]);
    expect(agent.held(WEB)).not.toBeNull();
    authority.answers = true;
    await advance(HOUR_MS * 0.1);
    expect(agent.held(WEB)?.notAfterMs).toBeGreaterThan(Date.UTC(2026, 0, 1) + HOUR_MS * 1.5);
    await advance(HOUR_MS * 0.3);
    expect(alerts).toHaveLength(1);
  });

  test("ends with its expiry when nobody renews it", async () => {
    const { agent, authority, advance } = await webAgent();
    authority.answers = false;
    await advance(HOUR_MS - 1);
    expect(agent.held(WEB)).not.toBeNull();
    await advance(1);
    expect(agent.held(WEB)).toBeNull();
  });

  test("ends when the instance is gone, and another is asked for when the instance is another version", async () => {
    const { agent, authority } = await webAgent();
    agent.want(new Map([[WEB, instance("web@1.3.0")]]));
    expect(agent.held(WEB)).toBeNull();
    expect(asks(authority)).toBe(2);
    agent.want(new Map());
    expect(agent.held(WEB)).toBeNull();
  });
});

describe("what comes back is not taken", () => {
  test("when it is somebody else's, for another key, or from an unknown root", async () => {
    const clock = createFakeClock();
    const authority = createTestAuthority(clock);
    authority.answers = false;
    const lines: string[] = [];
    const agent = await openAgent(clock, authority, { "web-1": "web@1.2.0" }, { log: (line) => lines.push(line) });
    const other = createTestAuthority(clock);
    const csr = authority.asked.find((message) => message.kind === "csr");
    const sign = (from: typeof authority, ref: string) => {
      const issued = csr?.kind === "csr" ? from.authority.issue(csr.csrPem, instance(ref)) : null;
      return issued?.ok === true ? issued.value : null;
    };
    const foreign = sign(other, "web@1.2.0");
    agent.take({ kind: "certificate", subject: WEB, chainPem: foreign?.chainPem ?? "", notAfterMs: 0 });
    expect(lines.at(-1)).toContain("not signed by a root that is trusted");
    agent.take({ kind: "certificate", subject: WEB, chainPem: "no certificate", notAfterMs: 0 });
    expect(agent.held(WEB)).toBeNull();
    const mine = sign(authority, "web@1.2.0");
    agent.take({ kind: "certificate", subject: WEB, chainPem: mine?.chainPem ?? "", notAfterMs: 0 });
    expect(agent.held(WEB)?.id).toBe(idOf("web@1.2.0"));
  });

  test("a refusal is logged once per reason, and asked again later", async () => {
    const clock = createFakeClock();
    const authority = createTestAuthority(clock);
    authority.answers = false;
    const lines: string[] = [];
    const agent = await openAgent(clock, authority, { "web-1": "web@1.2.0" }, { log: (line) => lines.push(line) });
    for (let count = 0; count < 3; count++)
      agent.take({ kind: "certificate-refused", subject: WEB, code: "identity.not-local", detail: "It is not on this node." });
    expect(lines).toEqual([expect.stringContaining("identity.not-local")]);
    const before = asks(authority);
    clock.advance(120_000);
    expect(asks(authority)).toBeGreaterThan(before + 2);
    expect(asks(authority)).toBeLessThan(before + 20);
  });
});

describe("on disk", () => {
  test("what is held is there after a restart without the engine, readable by its owner only", async () => {
    const folder = join(newFolder(), "identity");
    const { clock, agent } = await webAgent(HOUR_MS, { folder });
    const before = agent.held(WEB);
    await agent.close();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const names = readdirSync(folder);
    expect(names).toHaveLength(2);
    for (const name of names) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);

    const again = await openAgent(clock, null, { "web-1": "web@1.2.0" }, { folder });
    expect(again.held(WEB)).toEqual(before);
    expect(again.bundle).toEqual(agent.bundle);
  });

  test("an identity that is no longer wanted, or is somebody else's now, is removed", async () => {
    const folder = newFolder();
    const { clock, agent } = await webAgent(HOUR_MS, { folder });
    await agent.close();
    const again = await openAgent(clock, null, { "web-1": "web@2.0.0" }, { folder });
    expect(again.held(WEB)).toBeNull();
    again.want(new Map());
    await again.close();
    expect(readdirSync(folder)).toEqual(["trust.json"]);
  });
});

describe("an engine that came back", () => {
  test("is answered, and asked for what was due meanwhile; connections that stand are not told of any change", async () => {
    const { agent, authority, advance } = await webAgent();
    const changes: unknown[] = [];
    agent.watch((changed) => changes.push(changed));
    agent.take({ kind: "trust", bundle: structuredClone(authority.authority.bundle) });
    expect(changes).toEqual([]);
    expect(authority.asked.filter(({ kind }) => kind === "trust-ack")).toHaveLength(2);
    authority.answers = false;
    await advance(HOUR_MS * 0.52);
    authority.answers = true;
    agent.take({ kind: "trust", bundle: authority.authority.bundle });
    expect(changes).toEqual([WEB]);
  });
});

describe("a root change", () => {
  test("has an identity at every moment, asks anew once the new root issues, and goes on without the old one", async () => {
    const { agent, authority, advance } = await webAgent();
    const old = authority.authority.issuingFingerprint;
    authority.step("trust-new");
    await advance(3_000);
    expect(agent.held(WEB)?.rootFingerprint).toBe(old);
    expect(asks(authority)).toBe(1);
    authority.step("issue-new");
    expect(agent.held(WEB)?.rootFingerprint).toBe(old);
    await advance(3_000);
    expect(agent.held(WEB)?.rootFingerprint).toBe(authority.authority.issuingFingerprint);
    expect(asks(authority)).toBe(2);
    authority.step("drop-old");
    await advance(3_000);
    expect(agent.held(WEB)).not.toBeNull();
    expect(asks(authority)).toBe(2);
    const acknowledged = authority.asked.flatMap((message) => (message.kind === "trust-ack" ? [message.version] : []));
    expect(acknowledged).toEqual([1, 2, 3, 4]);
  });
});
