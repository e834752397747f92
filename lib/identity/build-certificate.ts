import { createHash, type KeyObject, randomBytes, sign } from "node:crypto";
import { contextTag, TAG } from "./der-reader.ts";
import { bitString, element, oid, sequence, time } from "./der-writer.ts";
import { OID } from "./x509-profile.ts";

/** What a certificate says about its key. */
interface CertificateFields {
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  readonly extensions: readonly Uint8Array[];
}

/** The names and key that sign. */
export interface Issuer {
  /** Subject of its certificate. */
  readonly name: Uint8Array;
  readonly keyId: Uint8Array;
  readonly privateKey: KeyObject;
}

const SIGNATURE_ALGORITHM = sequence(oid(OID.ecdsaWithSha256));
const NO_NAME = sequence();
const TRUE = element(TAG.boolean, Buffer.from([0xff]));
const SERIAL_BYTES = 16;

/** A name with a common name only. */
export function commonName(text: string): Buffer {
  return sequence(element(TAG.set, sequence(oid(OID.commonName), element(TAG.utf8String, Buffer.from(text, "utf8")))));
}

/** The identifier of a key: SHA-1 of its bits (RFC 5280, 4.2.1.2), a label and no security. */
export function keyIdOf(spki: Uint8Array): Buffer {
  return createHash("sha1")
    .update(spki.subarray(spki.length - 65))
    .digest();
}

/** A root: signs leaves and nothing else (path length 0). */
export function buildRoot(root: {
  readonly name: Uint8Array;
  readonly spki: Uint8Array;
  readonly privateKey: KeyObject;
  /** `spiffe://<trust domain>`, as the standard asks of signing certificates. */
  readonly uri: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}): Buffer {
  const { name, spki, privateKey, uri, notBeforeMs, notAfterMs } = root;
  const keyId = keyIdOf(spki);
  const pathLength = element(TAG.integer, Buffer.from([0]));
  const extensions = [
    extension(OID.basicConstraints, sequence(TRUE, pathLength), true),
    // keyCertSign and cRLSign
    extension(OID.keyUsage, bitString(Buffer.from([0x06]), 1), true),
    extension(OID.subjectKeyId, element(TAG.octetString, keyId)),
    extension(OID.subjectAltName, names(uri)),
  ];
  return signed({ issuer: name, subject: name, notBeforeMs, notAfterMs, spki, extensions }, privateKey);
}

/** A leaf as X.509-SVID wants it: one URI, digital signatures, server and client, no authority. */
export function buildLeaf(
  leaf: { readonly spki: Uint8Array; readonly uri: string; readonly notBeforeMs: number; readonly notAfterMs: number },
  issuer: Issuer,
): Buffer {
  const { spki, uri, notBeforeMs, notAfterMs } = leaf;
  const extensions = [
    extension(OID.basicConstraints, sequence(), true),
    extension(OID.keyUsage, bitString(Buffer.from([0x80]), 7), true),
    extension(OID.extendedKeyUsage, sequence(oid(OID.serverAuth), oid(OID.clientAuth))),
    extension(OID.subjectKeyId, element(TAG.octetString, keyIdOf(spki))),
    extension(OID.authorityKeyId, sequence(element(contextTag(0, false), issuer.keyId))),
    // The subject is empty, so the name must not be overlooked.
    extension(OID.subjectAltName, names(uri), true),
  ];
  return signed({ issuer: issuer.name, subject: NO_NAME, notBeforeMs, notAfterMs, spki, extensions }, issuer.privateKey);
}

/** One extension in DER. */
export function extension(id: string, value: Uint8Array, critical = false): Buffer {
  const flag = critical ? [TRUE] : [];
  return sequence(oid(id), ...flag, element(TAG.octetString, value));
}

/** A SubjectAltName of one URI. */
export function names(uri: string): Buffer {
  return sequence(element(contextTag(6, false), Buffer.from(uri, "latin1")));
}

function signed(fields: CertificateFields, privateKey: KeyObject): Buffer {
  const { issuer, subject, notBeforeMs, notAfterMs, spki, extensions } = fields;
  const version3 = element(contextTag(0, true), element(TAG.integer, Buffer.from([2])));
  const tbs = sequence(
    version3,
    element(TAG.integer, serialNumber()),
    SIGNATURE_ALGORITHM,
    issuer,
    sequence(time(notBeforeMs), time(notAfterMs)),
    subject,
    spki,
    element(contextTag(3, true), sequence(...extensions)),
  );
  return sequence(tbs, SIGNATURE_ALGORITHM, bitString(sign("sha256", tbs, privateKey)));
}

/** 126 random bits: positive and always of the same length. */
function serialNumber(): Buffer {
  const bytes = randomBytes(SERIAL_BYTES);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes;
}
