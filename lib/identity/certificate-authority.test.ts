import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { newFolder, openAuthority, optionsFor, removeFolders, WEB, WEB_ID } from "./authority.fixture.ts";
import { type AuthorityOptions, openCertificateAuthority } from "./certificate-authority.ts";
import { createCertificateRequest } from "./certificate-request.ts";
import { createPeerVerifier } from "./peer-verifier.ts";

afterEach(removeFolders);

const KEK = Buffer.alloc(32, 7).toString("base64");

function issue(authority = openAuthority(), id = WEB_ID) {
  const issued = authority.issue(createCertificateRequest(id).csrPem, WEB);
  if (!issued.ok) throw new Error(issued.error);
  return issued.value;
}

function refusal(dir: string, more: Partial<AuthorityOptions> = {}) {
  const opened = openCertificateAuthority(optionsFor(dir, more));
  return opened.ok ? null : opened.error;
}

describe("what is issued", () => {
  test("openssl verifies a leaf against the root and sees one URI, digital signatures, server and client, and no authority", () => {
    const dir = newFolder();
    const authority = openAuthority();
    const rootPath = join(dir, "root.pem");
    const leafPath = join(dir, "leaf.pem");
    writeFileSync(rootPath, authority.bundle.rootsPem.join(""));
    writeFileSync(leafPath, issue(authority).chainPem);
    expect(execFileSync("openssl", ["verify", "-x509_strict", "-CAfile", rootPath, leafPath], { encoding: "utf8" })).toContain("OK");
    expect(execFileSync("openssl", ["verify", "-x509_strict", "-CAfile", rootPath, rootPath], { encoding: "utf8" })).toContain("OK");
    const text = execFileSync("openssl", ["x509", "-in", leafPath, "-noout", "-text"], { encoding: "utf8" });
    expect(text).toContain(`URI:${WEB_ID}\n`);
    expect(text).toContain("ASN1 OID: prime256v1");
    expect(text).toMatch(/Key Usage: critical\s+Digital Signature\n/);
    expect(text).toMatch(/Extended Key Usage:\s+TLS Web Server Authentication, TLS Web Client Authentication\n/);
    expect(text).toMatch(/Basic Constraints: critical\s+CA:FALSE/);
    expect(text).toMatch(/Subject: *\n/);
  });

  test("a thousand leaves have no deviation and a serial number each", () => {
    const authority = openAuthority();
    const verifier = createPeerVerifier({ bundle: authority.bundle, wallMs: Date.now });
    const serials = new Set<string>();
    const { csrPem } = createCertificateRequest(WEB_ID);
    for (let count = 0; count < 1_000; count++) {
      const issued = authority.issue(csrPem, WEB);
      if (!issued.ok) throw new Error(issued.error);
      const certificate = new X509Certificate(issued.value.chainPem);
      const peer = verifier.verify(certificate.raw, WEB_ID);
      expect(peer.ok && peer.value).toMatchObject({ id: WEB_ID, principal: WEB, rootFingerprint: authority.issuingFingerprint });
      expect(certificate.serialNumber.toLowerCase()).toBe(issued.value.serial);
      serials.add(issued.value.serial);
    }
    expect(serials.size).toBe(1_000);
  });

  test("a leaf is valid from shortly before its issue for the time that is set", () => {
    const wallMs = () => Date.UTC(2026, 0, 1, 12, 0, 0, 345);
    const authority = openAuthority(newFolder(), { wallMs, svidTtlMs: 600_000 });
    const { chainPem, notBeforeMs, notAfterMs } = issue(authority);
    const certificate = new X509Certificate(chainPem);
    expect(certificate.validFromDate.toISOString()).toBe("2026-01-01T11:59:30.000Z");
    expect(certificate.validToDate.toISOString()).toBe("2026-01-01T12:10:00.000Z");
    expect([notBeforeMs, notAfterMs]).toEqual([certificate.validFromDate.getTime(), certificate.validToDate.getTime()]);
  });
});

describe("the key at rest", () => {
  test("is the same authority after a restart", () => {
    const dir = newFolder();
    const before = openAuthority(dir).issuingFingerprint;
    expect(openAuthority(dir, { mustExist: true }).issuingFingerprint).toBe(before);
  });

  test("lies in files that only their owner may read", () => {
    const dir = newFolder();
    openAuthority(dir);
    for (const name of ["ca.json", "ca.kek"]) expect(statSync(join(dir, name)).mode & 0o777).toBe(0o600);
  });

  test("is opened by no other key, and nothing takes the place of the authority", () => {
    const dir = newFolder();
    openAuthority(dir, { kek: { kind: "given", base64: KEK } });
    const file = readFileSync(join(dir, "ca.json"), "utf8");
    const other = refusal(dir, { kek: { kind: "given", base64: Buffer.alloc(32, 8).toString("base64") } });
    expect(other).toMatchObject({ code: "identity.kek-wrong" });
    expect(other?.detail).toContain("INTERLOCK_KEK");
    expect(readFileSync(join(dir, "ca.json"), "utf8")).toBe(file);
  });

  test("is not opened when one byte of the file was changed", () => {
    const dir = newFolder();
    openAuthority(dir);
    const path = join(dir, "ca.json");
    const file = JSON.parse(readFileSync(path, "utf8"));
    const data = Buffer.from(file.roots[0].key.data, "base64");
    data[20] = (data[20] ?? 0) ^ 1;
    file.roots[0].key.data = data.toString("base64");
    writeFileSync(path, JSON.stringify(file));
    expect(refusal(dir)).toMatchObject({ code: "identity.kek-wrong" });
  });

  test("a key-encryption key that is gone or is no key stops the start with a sentence", () => {
    const dir = newFolder();
    openAuthority(dir);
    rmSync(join(dir, "ca.kek"));
    expect(refusal(dir)).toMatchObject({ code: "identity.kek-missing" });
    expect(refusal(dir, { kek: { kind: "given", base64: "c2hvcnQ=" } })).toMatchObject({ code: "identity.kek-invalid" });
    expect(refusal(dir, { kek: { kind: "file", path: join(dir, "none") } })).toMatchObject({ code: "identity.kek-missing" });
  });

  test("a key-encryption key may lie in a file of the operator's", () => {
    const dir = newFolder();
    const path = join(newFolder(), "kek");
    writeFileSync(path, `${KEK}\n`);
    const { issuingFingerprint } = openAuthority(dir, { kek: { kind: "file", path } });
    expect(openAuthority(dir, { kek: { kind: "given", base64: KEK } }).issuingFingerprint).toBe(issuingFingerprint);
  });

  test("its key-encryption key is changed by a start that has both, and the roots stay", () => {
    const dir = newFolder();
    const given = (byte: number) => ({ kind: "given" as const, base64: Buffer.alloc(32, byte).toString("base64") });
    const { issuingFingerprint } = openAuthority(dir, { kek: given(1) });
    expect(refusal(dir, { kek: given(2), oldKek: given(3) })).toMatchObject({ code: "identity.kek-wrong" });
    expect(openAuthority(dir, { kek: given(2), oldKek: given(1) })).toMatchObject({ issuingFingerprint, wasRekeyed: true });
    expect(openAuthority(dir, { kek: given(2), oldKek: given(1) })).toMatchObject({ issuingFingerprint, wasRekeyed: false });
    expect(openAuthority(dir, { kek: given(2) })).toMatchObject({ issuingFingerprint, wasRekeyed: false });
    expect(refusal(dir, { kek: given(1) })).toMatchObject({ code: "identity.kek-wrong" });
  });

  test("its key-encryption key may move out of the data folder and back", () => {
    const dir = newFolder();
    const { issuingFingerprint } = openAuthority(dir);
    const elsewhere = { kind: "given" as const, base64: KEK };
    const own = join(dir, "ca.kek");
    expect(openAuthority(dir, { kek: elsewhere, oldKek: { kind: "file", path: own } })).toMatchObject({ issuingFingerprint });
    rmSync(own);
    expect(refusal(dir)).toMatchObject({ code: "identity.kek-missing" });
    expect(openAuthority(dir, { oldKek: elsewhere })).toMatchObject({ issuingFingerprint, wasRekeyed: true });
    expect(openAuthority(dir)).toMatchObject({ issuingFingerprint });
    expect(refusal(dir, { oldKek: { kind: "file", path: join(dir, "none") } })).toMatchObject({ code: "identity.kek-missing" });
  });

  test("a missing or damaged file stops the start where certificates were issued", () => {
    const dir = newFolder();
    expect(refusal(dir, { mustExist: true })).toMatchObject({ code: "identity.ca-missing" });
    writeFileSync(join(dir, "ca.json"), "{");
    expect(refusal(dir)).toMatchObject({ code: "identity.ca-unreadable" });
    writeFileSync(join(dir, "ca.json"), "{}");
    expect(refusal(dir)).toMatchObject({ code: "identity.ca-unreadable" });
  });

  test("another trust domain is not slipped under running instances", () => {
    const dir = newFolder();
    openAuthority(dir);
    expect(refusal(dir, { trustDomain: "other.example" })).toMatchObject({ code: "identity.trust-domain-changed" });
  });
});

describe("a root change", () => {
  test("goes from one root over two to the other, and each step survives a restart", () => {
    const dir = newFolder();
    const authority = openAuthority(dir);
    const old = authority.issuingFingerprint;
    const next = authority.spareFingerprint;
    authority.keepSpare();

    const steps = [
      { step: "trust-new", roots: [old, next] },
      { step: "issue-new", roots: [next, old] },
      { step: "drop-old", roots: [next] },
    ] as const;
    for (const [index, { step, roots }] of steps.entries()) {
      const rotation = { step, fingerprint: next };
      authority.follow(rotation, index + 2);
      const again = openAuthority(dir, { rotation, bundleVersion: index + 2 });
      for (const each of [authority, again]) {
        expect(each.roots().map(({ fingerprint }) => fingerprint)).toEqual(roots);
        expect(each.issuingFingerprint).toBe(roots[0]);
        expect(each.bundle.version).toBe(index + 2);
        expect(each.bundle.rootsPem).toHaveLength(roots.length);
        expect(issue(each).rootFingerprint).toBe(roots[0]);
      }
    }
    expect(JSON.parse(readFileSync(join(dir, "ca.json"), "utf8")).roots).toHaveLength(1);
    expect(authority.spareFingerprint).not.toBe(next);
  });

  test("a root that a crash left before the log spoke of it is only prepared, and is the next one", () => {
    const dir = newFolder();
    const authority = openAuthority(dir);
    authority.keepSpare();
    const again = openAuthority(dir);
    expect(again.issuingFingerprint).toBe(authority.issuingFingerprint);
    expect(again.bundle.rootsPem).toHaveLength(1);
    expect(again.spareFingerprint).toBe(authority.spareFingerprint);
  });

  test("a root that the log dropped before a crash is removed at the next start, with its key", () => {
    const dir = newFolder();
    const authority = openAuthority(dir);
    authority.keepSpare();
    const fingerprint = authority.spareFingerprint;
    const again = openAuthority(dir, { rotation: { step: "drop-old", fingerprint } });
    expect(again.issuingFingerprint).toBe(fingerprint);
    expect(JSON.parse(readFileSync(join(dir, "ca.json"), "utf8")).roots).toHaveLength(1);
  });

  test("a log that speaks of a root which is not there stops the start", () => {
    const dir = newFolder();
    openAuthority(dir);
    expect(refusal(dir, { rotation: { step: "trust-new", fingerprint: "ab".repeat(32) } })).toMatchObject({
      code: "identity.root-missing",
    });
  });
});
