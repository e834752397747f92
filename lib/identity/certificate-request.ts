/**
 * Certificate requests, PKCS #10 (RFC 2986): made beside the instance, read by the authority.
 *
 * What a request *asks for* decides nothing: whom a certificate names comes from the registry. A request that asks for anything else than that is a
 * mistake or an attack, so it is refused rather than corrected: a subject, another name, two names, an authority, any other extension or attribute,
 * another kind of key, a signature that does not fit.
 */
import { createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import { err, ok, type Result } from "../std/index.ts";
import { extension, names } from "./build-certificate.ts";
import { contextTag, type DerElement, DerError, expectTag, readAll, readWhole, TAG, wholeBytes } from "./der-reader.ts";
import { bitString, element, oid, sequence, toPem } from "./der-writer.ts";
import { hex, isEcdsaWithSha256, isP256Key, OID, readExtensions, readOnlyUri } from "./x509-profile.ts";

/** A new key and the request for its certificate. The key stays where it was made. */
export interface CertificateRequest {
  readonly privateKey: KeyObject;
  readonly csrPem: string;
}

/** Longest request that is read; ours have some 400 characters. */
const PEM_CHARS_MAX = 8_192;
const PEM = /^\s*-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END (?:NEW )?CERTIFICATE REQUEST-----\s*$/;

/** Makes a P-256 key and a request that asks for `id`. */
export function createCertificateRequest(id: string): CertificateRequest {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const spki = publicKey.export({ format: "der", type: "spki" });
  const wanted = sequence(extension(OID.subjectAltName, names(id), true));
  const attribute = sequence(oid(OID.extensionRequest), element(TAG.set, wanted));
  const version1 = element(TAG.integer, Buffer.from([0]));
  const info = sequence(version1, sequence(), spki, element(contextTag(0, true), attribute));
  const csr = sequence(info, sequence(oid(OID.ecdsaWithSha256)), bitString(sign("sha256", info, privateKey)));
  return { privateKey, csrPem: toPem("CERTIFICATE REQUEST", csr) };
}

/** The public key (SubjectPublicKeyInfo, DER) of a request that asks for `id` or for nothing in particular; otherwise a sentence saying what is wrong. */
export function readCertificateRequest(csrPem: string, id: string): Result<Uint8Array, string> {
  const der = derOf(csrPem);
  if (der === null) return err("It is not one PEM certificate request.");
  try {
    return read(der, id);
  } catch (error) {
    if (error instanceof DerError) return err(`It is not a valid certificate request: ${error.message}.`);
    throw error;
  }
}

function derOf(csrPem: string): Buffer | null {
  const base64 = csrPem.length > PEM_CHARS_MAX ? undefined : PEM.exec(csrPem)?.[1];
  return base64 === undefined ? null : Buffer.from(base64, "base64");
}

function read(der: Uint8Array, id: string): Result<Uint8Array, string> {
  const parts = readAll(readWhole(der, TAG.sequence).contents);
  if (parts.length !== 3) throw new DerError("it does not have three parts");
  const info = expectTag(parts[0], TAG.sequence);
  const fields = readAll(info.contents);
  const [version, subject, spki, attributes] = fields;
  if (fields.length !== 4) throw new DerError("it does not have four fields");
  if (hex(expectTag(version, TAG.integer).contents) !== "00") return err("Its version is not 1.");
  if (expectTag(subject, TAG.sequence).contents.length > 0) return err("It asks for a subject; an identity is a URI and nothing else.");
  const key = expectTag(spki, TAG.sequence).raw;
  if (!isP256Key(key)) return err("Its key is not an uncompressed P-256 key.");
  if (!isEcdsaWithSha256(expectTag(parts[1], TAG.sequence).raw)) return err("It is not signed with ECDSA and SHA-256.");
  if (!isSignedBy(key, info.raw, wholeBytes(expectTag(parts[2], TAG.bitString)))) return err("Its signature does not fit its key.");
  const refusal = refusalOf(expectTag(attributes, contextTag(0, true)), id);
  return refusal === null ? ok(key) : err(refusal);
}

function isSignedBy(spki: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verify("sha256", data, createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" }), signature);
  } catch {
    // A point that is not on the curve, or a signature that is none.
    return false;
  }
}

function refusalOf({ contents }: DerElement, id: string): string | null {
  const attributes = readAll(contents);
  const [attribute] = attributes;
  if (attribute === undefined) return null;
  const [type, values, ...more] = readAll(expectTag(attribute, TAG.sequence).contents);
  const isExtensions = hex(expectTag(type, TAG.oid).contents) === OID.extensionRequest;
  if (attributes.length > 1 || !isExtensions || more.length > 0) return "It has an attribute that is not asked of it.";
  const lists = readAll(expectTag(values, TAG.set).contents);
  if (lists.length !== 1) return "It does not have one list of extensions.";
  const extensions = readExtensions(expectTag(lists[0], TAG.sequence).raw);
  const foreign = extensions.find((each) => each.id !== OID.subjectAltName);
  if (foreign !== undefined) return "It asks for an extension other than a name.";
  const [name] = extensions;
  if (name === undefined) return null;
  const asked = readOnlyUri(name.value);
  return asked === id ? null : `It asks for ${asked}; the registry knows this instance as ${id}.`;
}
