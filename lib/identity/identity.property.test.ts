import { X509Certificate } from "node:crypto";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { parseSpiffeId, spiffeId } from "../model/index.ts";
import { openAuthority, removeFolders, WEB, WEB_ID } from "./authority.fixture.ts";
import { createCertificateRequest, readCertificateRequest } from "./certificate-request.ts";
import { createPeerVerifier } from "./peer-verifier.ts";
import { readSvid } from "./read-svid.ts";

afterAll(removeFolders);

const authority = openAuthority();
const { csrPem } = createCertificateRequest(WEB_ID);
const csrDer = Buffer.from(csrPem.replace(/-----.*-----|\n/g, ""), "base64");
const issued = authority.issue(csrPem, WEB);
const leafDer = issued.ok ? new X509Certificate(issued.value.chainPem).raw : Buffer.alloc(0);
const verifier = createPeerVerifier({ bundle: authority.bundle, wallMs: Date.now });

const bytes = fc.uint8Array({ maxLength: 700 });

test("any bytes are refused without a throw", () => {
  fc.assert(
    fc.property(bytes, (noise) => {
      expect(readSvid(noise).ok).toBe(false);
      expect(verifier.verify(noise).ok).toBe(false);
    }),
  );
});

test("a certificate of which any bytes were changed is refused", () => {
  const changes = fc.array(fc.tuple(fc.nat(leafDer.length - 1), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(changes, (edits) => {
      const changed = Buffer.from(leafDer);
      for (const [index, flip] of edits) changed[index] = (changed[index] ?? 0) ^ flip;
      fc.pre(!changed.equals(leafDer));
      expect(verifier.verify(changed, WEB_ID).ok).toBe(false);
    }),
    { numRuns: 1_000 },
  );
});

test("a certificate that was cut or grew is refused", () => {
  fc.assert(
    fc.property(fc.nat(leafDer.length - 1), (end) => {
      expect(verifier.verify(leafDer.subarray(0, end)).ok).toBe(false);
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 8 }), (more) => {
      expect(verifier.verify(Buffer.concat([leafDer, more])).ok).toBe(false);
    }),
  );
});

test("a request of which any bytes were changed is refused", () => {
  fc.assert(
    fc.property(fc.nat(csrDer.length - 1), fc.integer({ min: 1, max: 255 }), (index, flip) => {
      const changed = Buffer.from(csrDer);
      changed[index] = (changed[index] ?? 0) ^ flip;
      const pem = `-----BEGIN CERTIFICATE REQUEST-----\n${changed.toString("base64")}\n-----END CERTIFICATE REQUEST-----\n`;
      expect(readCertificateRequest(pem, WEB_ID).ok).toBe(false);
    }),
    { numRuns: 500 },
  );
});

test("an identity has exactly one spelling", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary-ascii", maxLength: 60 }), (tail) => {
      const text = `spiffe://interlock.local/${tail}`;
      const principal = parseSpiffeId("interlock.local", text);
      expect(principal === null || spiffeId("interlock.local", principal) === text).toBe(true);
    }),
  );
});
