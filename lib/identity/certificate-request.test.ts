import { execFileSync } from "node:child_process";
import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { newFolder, openAuthority, removeFolders, WEB, WEB_ID } from "./authority.fixture.ts";
import { commonName, extension } from "./build-certificate.ts";
import { createCertificateRequest, readCertificateRequest } from "./certificate-request.ts";
import { TAG } from "./der-reader.ts";
import { bitString, element, sequence } from "./der-writer.ts";
import { generalName, NAME, oddRequest, p256 } from "./hostile.fixture.ts";
import { OID } from "./x509-profile.ts";

afterEach(removeFolders);

const uri = (text: string) => generalName(NAME.uri, text);

describe("a request is taken", () => {
  test("when it asks for what the registry says, and the certificate is for its key", () => {
    const { csrPem, privateKey } = createCertificateRequest(WEB_ID);
    const issued = openAuthority().issue(csrPem, WEB);
    expect(issued.ok).toBe(true);
    const chainPem = issued.ok ? issued.value.chainPem : "";
    expect(new X509Certificate(chainPem).checkPrivateKey(privateKey)).toBe(true);
  });

  test("when it asks for no name at all: the registry decides anyway", () => {
    expect(readCertificateRequest(oddRequest({}), WEB_ID).ok).toBe(true);
  });

  test("as openssl makes and reads it", () => {
    const { csrPem } = createCertificateRequest(WEB_ID);
    const verified = execFileSync("openssl", ["req", "-verify", "-noout", "-text"], { input: csrPem, encoding: "utf8", stdio: "pipe" });
    expect(verified).toContain(`URI:${WEB_ID}`);
    const key = join(newFolder(), "key.pem");
    writeFileSync(key, p256().privateKey.export({ format: "pem", type: "pkcs8" }));
    const wanted = ["req", "-new", "-key", key, "-subj", "/", "-addext", `subjectAltName=URI:${WEB_ID}`];
    const foreign = execFileSync("openssl", wanted, { encoding: "utf8", stdio: "pipe" });
    expect(readCertificateRequest(foreign, WEB_ID).ok).toBe(true);
  });
});

describe("a request is refused", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const p384 = generateKeyPairSync("ec", { namedCurve: "P-384" });
  const isAuthority = extension(OID.basicConstraints, sequence(element(TAG.boolean, Buffer.from([0xff]))), true);
  const mayAll = extension(OID.keyUsage, bitString(Buffer.from([0xff])), true);
  const cases: Readonly<Record<string, string>> = {
    "another service": oddRequest({ names: [uri("spiffe://interlock.local/service/payments/version/1.2.0")] }),
    "another version": oddRequest({ names: [uri("spiffe://interlock.local/service/web/version/1.2.1")] }),
    "the ingress": oddRequest({ names: [uri("spiffe://interlock.local/ingress")] }),
    "two URIs": oddRequest({ names: [uri(WEB_ID), uri("spiffe://interlock.local/ingress")] }),
    "the same URI twice": oddRequest({ names: [uri(WEB_ID), uri(WEB_ID)] }),
    "a DNS name beside the URI": oddRequest({ names: [uri(WEB_ID), generalName(NAME.dns, "web.mesh")] }),
    "a DNS name": oddRequest({ names: [generalName(NAME.dns, WEB_ID)] }),
    "an empty list of names": oddRequest({ names: [] }),
    "a NUL after the name": oddRequest({ names: [uri(`${WEB_ID}\0`)] }),
    "a NUL in the name": oddRequest({ names: [uri(`${WEB_ID}\0.example`)] }),
    "a trust domain in upper case": oddRequest({ names: [uri(WEB_ID.replace("interlock", "INTERLOCK"))] }),
    "a trailing slash": oddRequest({ names: [uri(`${WEB_ID}/`)] }),
    "percent-encoding": oddRequest({ names: [uri(WEB_ID.replace("web", "%77eb"))] }),
    "an authority": oddRequest({ names: [uri(WEB_ID)], extensions: [isAuthority] }),
    "more key usages": oddRequest({ names: [uri(WEB_ID)], extensions: [mayAll] }),
    "two lists of names": oddRequest({ names: [uri(WEB_ID)], extensions: [extension(OID.subjectAltName, sequence(uri(WEB_ID)))] }),
    "a subject": oddRequest({ names: [uri(WEB_ID)], subject: commonName("admin") }),
    "a signature by another key": oddRequest({ names: [uri(WEB_ID)], signer: p256().privateKey }),
    "an RSA key": oddRequest({ names: [uri(WEB_ID)], keys: rsa }),
    "a P-384 key": oddRequest({ names: [uri(WEB_ID)], keys: p384 }),
    "two requests in one": oddRequest({}) + oddRequest({}),
    "something else": "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n",
    nothing: "",
  };
  test.each(Object.entries(cases))("that has or asks for: %s", (_, csrPem) => {
    const read = readCertificateRequest(csrPem, WEB_ID);
    expect(read).toMatchObject({ ok: false, error: expect.stringMatching(/^Its? .*\.$/) });
  });
});
