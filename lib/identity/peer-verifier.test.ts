import { X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import { buildRoot, commonName, extension } from "./build-certificate.ts";
import { TAG } from "./der-reader.ts";
import { bitString, element, oid, sequence, toPem } from "./der-writer.ts";
import { generalName, leafExtensions, NAME, type OddLeaf, oddLeaf, p256 } from "./hostile.fixture.ts";
import { createPeerVerifier } from "./peer-verifier.ts";
import { OID } from "./x509-profile.ts";

const ID = "spiffe://interlock.local/service/web/version/1.2.0";
const NOW_MS = Date.UTC(2026, 5, 1);
const MINUTE_MS = 60_000;

interface TestRoot {
  readonly pem: string;
  readonly name: Buffer;
  readonly privateKey: ReturnType<typeof p256>["privateKey"];
}

function newRoot(name = commonName("test root")): TestRoot {
  const { privateKey, publicKey } = p256();
  const spki = publicKey.export({ format: "der", type: "spki" });
  const validity = { notBeforeMs: NOW_MS - 86_400_000, notAfterMs: NOW_MS + 86_400_000 };
  return {
    pem: toPem("CERTIFICATE", buildRoot({ name, spki, privateKey, uri: "spiffe://interlock.local", ...validity })),
    name,
    privateKey,
  };
}

const ROOT = newRoot();

function leaf(more: Partial<OddLeaf> = {}, root = ROOT): Buffer {
  const validity = { notBeforeMs: NOW_MS - MINUTE_MS, notAfterMs: NOW_MS + MINUTE_MS };
  return oddLeaf({ names: [generalName(NAME.uri, ID)], ...validity, issuer: root.name, signer: root.privateKey, ...more });
}

function verifierAt(wallMs = () => NOW_MS, rootsPem: readonly string[] = [ROOT.pem]) {
  return createPeerVerifier({ bundle: { trustDomain: "interlock.local", rootsPem, version: 1 }, wallMs });
}

function reason(der: Uint8Array | undefined, expectedId?: string): string {
  const verified = verifierAt().verify(der, expectedId);
  return verified.ok ? "verified" : verified.error.reason;
}

const named = (...names: readonly Buffer[]) => leaf({ names });
const uri = (text: string) => generalName(NAME.uri, text);

describe("a peer is believed", () => {
  test("when a trusted root signed a leaf with the one expected URI", () => {
    expect(reason(leaf(), ID)).toBe("verified");
    expect(reason(leaf())).toBe("verified");
  });
});

describe("a peer is refused", () => {
  test("without a certificate", () => {
    expect(reason(undefined, ID)).toBe("no-certificate");
    expect(reason(Buffer.alloc(0), ID)).toBe("no-certificate");
  });

  test("as another instance, and again on the second look", () => {
    const verifier = verifierAt();
    const der = leaf();
    const other = ID.replace("web", "payments");
    for (let count = 0; count < 2; count++)
      expect(verifier.verify(der, other)).toMatchObject({ ok: false, error: { reason: "other-identity" } });
    expect(verifier.verify(der, ID).ok).toBe(true);
  });

  const spellings = [
    ID.toUpperCase(),
    ID.replace("interlock", "Interlock"),
    ID.replace("spiffe", "SPIFFE"),
    `${ID}/`,
    ID.replace("/service", "//service"),
    ID.replace("web", "%77eb"),
    ID.replace("web", "web/../payments"),
    `${ID}?a=b`,
    `${ID}#a`,
    ID.replace("1.2.0", "01.2.0"),
    ID.replace("1.2.0", "v1.2.0"),
    ID.replace("1.2.0", "1.2.0+build"),
    ID.replace("interlock.local", "interlock.local:443"),
    ID.replace("interlock.local", "a@interlock.local"),
    ID.replace("interlock.local", "other.local"),
    ID.replace("interlock.local", "interlock.local."),
    "spiffe://interlock.local",
    "spiffe://interlock.local/",
    "spiffe://interlock.local/ingress/",
    "spiffe://interlock.local/Ingress",
  ];
  test.each(spellings)("that names itself %s", (text) => {
    expect(reason(named(uri(text)))).toBe("foreign-id");
  });

  test.each([`${ID}\0`, `${ID}\0.example`, `\0${ID}`, ID.replace("web", "w\u00e9b"), `${ID} `, ` ${ID}`, `${ID}\n`, ""])(
    "whose URI has bytes that no URI has: %j",
    (text) => expect(reason(named(uri(text)), ID)).toBe("not-an-svid"),
  );

  test("with names besides the URI, whatever they are and wherever they stand", () => {
    const dns = generalName(NAME.dns, "web.mesh");
    const others = [
      [uri(ID), uri(ID)],
      [uri(ID), dns],
      [dns, uri(ID)],
      [generalName(NAME.email, ID)],
      [dns],
      [],
      [uri(ID), generalName(NAME.ip, "\x7f\0\0\x01")],
    ];
    for (const names of others) expect(reason(named(...names), ID)).toBe("not-an-svid");
  });

  test("that is an authority, may sign certificates, or is not for both server and client", () => {
    const [constraints, usage, purposes] = leafExtensions() as [Buffer, Buffer, Buffer];
    const authority = extension(OID.basicConstraints, sequence(element(TAG.boolean, Buffer.from([0xff]))), true);
    const signs = extension(OID.keyUsage, bitString(Buffer.from([0x84]), 2), true);
    const serverOnly = extension(OID.extendedKeyUsage, sequence(oid(OID.serverAuth)));
    const unknown = extension("2a0304", sequence(), true);
    const lists = [
      [authority, usage, purposes],
      [constraints, signs, purposes],
      [constraints, usage, serverOnly],
      [constraints, usage],
      [constraints, purposes],
      [constraints, usage, purposes, unknown],
      [constraints, usage, usage, purposes],
    ];
    for (const extensions of lists) expect(reason(leaf({ extensions }), ID)).toBe("not-an-svid");
  });

  test("whose root is not trusted, even when it has the name of one that is", () => {
    expect(reason(leaf({}, newRoot()), ID)).toBe("unknown-root");
    expect(reason(leaf({ signer: p256().privateKey }), ID)).toBe("unknown-root");
    expect(reason(leaf({ issuer: commonName("somebody else") }), ID)).toBe("unknown-root");
  });

  test("before and after its validity, clocks being a little apart", () => {
    let nowMs = NOW_MS;
    const verifier = verifierAt(() => nowMs);
    const der = leaf();
    const at = (ms: number) => {
      nowMs = ms;
      const verified = verifier.verify(der, ID);
      return verified.ok ? "verified" : verified.error.reason;
    };
    expect(at(NOW_MS + MINUTE_MS + 9_000)).toBe("verified");
    expect(at(NOW_MS + MINUTE_MS + 11_000)).toBe("expired");
    expect(at(NOW_MS - MINUTE_MS - 9_000)).toBe("verified");
    expect(at(NOW_MS - MINUTE_MS - 11_000)).toBe("not-yet-valid");
  });

  test("as soon as its root is dropped, though it was believed before", () => {
    const next = newRoot(commonName("next root"));
    const verifier = verifierAt(() => NOW_MS, [next.pem, ROOT.pem]);
    expect(verifier.verify(leaf(), ID).ok).toBe(true);
    expect(verifier.verify(leaf({}, next), ID).ok).toBe(true);
    verifier.trust({ trustDomain: "interlock.local", rootsPem: [next.pem], version: 2 });
    expect(verifier.verify(leaf(), ID)).toMatchObject({ ok: false, error: { reason: "unknown-root" } });
    expect(verifier.verify(leaf({}, next), ID).ok).toBe(true);
  });

  test("that shows a root itself", () => {
    expect(reason(new X509Certificate(ROOT.pem).raw)).toBe("not-an-svid");
  });
});
