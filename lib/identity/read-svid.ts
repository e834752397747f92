import { err, ok, type Result } from "../std/index.ts";
import { contextTag, DerError, expectTag, readAll, readWhole, TAG } from "./der-reader.ts";
import { type Extension, hex, isEcdsaWithSha256, isP256Key, OID, readExtensions, readOnlyUri } from "./x509-profile.ts";

/** What a leaf certificate says of itself; whether it is true is for whoever checks its signature. */
export interface SvidFields {
  readonly uri: string;
  /** Hex. */
  readonly serial: string;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
}

/** Extensions that are understood; an unknown critical one makes a certificate unusable, as RFC 5280 wants it. */
const KNOWN: ReadonlySet<string> = new Set([
  OID.subjectKeyId,
  OID.keyUsage,
  OID.subjectAltName,
  OID.basicConstraints,
  OID.authorityKeyId,
  OID.extendedKeyUsage,
]);
const VERSION_3 = "020102";
const DIGITAL_SIGNATURE = 0x80;
/** keyCertSign and cRLSign: a leaf that may sign is none. */
const MAY_SIGN = 0x06;

/** Reads a certificate as an X.509-SVID leaf, byte by byte; the error says what it is not. */
export function readSvid(der: Uint8Array): Result<SvidFields, string> {
  try {
    return ok(read(der));
  } catch (error) {
    if (error instanceof DerError) return err(error.message);
    throw error;
  }
}

function read(der: Uint8Array): SvidFields {
  const parts = readAll(readWhole(der, TAG.sequence).contents);
  if (parts.length !== 3) throw new DerError("it does not have three parts");
  const algorithm = expectTag(parts[1], TAG.sequence).raw;
  const fields = readAll(expectTag(parts[0], TAG.sequence).contents);
  const [version, serial, innerAlgorithm, , , , spki, last] = fields;
  if (fields.length !== 8) throw new DerError("it does not have the eight fields of a version 3 certificate");
  if (hex(expectTag(version, contextTag(0, true)).contents) !== VERSION_3) throw new DerError("its version is not 3");
  if (!isEcdsaWithSha256(algorithm) || hex(algorithm) !== hex(expectTag(innerAlgorithm, TAG.sequence).raw)) {
    throw new DerError("it is not signed with ECDSA and SHA-256");
  }
  const key = expectTag(spki, TAG.sequence).raw;
  if (!isP256Key(key)) throw new DerError("its key is not P-256");
  const extensions = readExtensions(expectTag(last, contextTag(3, true)).contents);
  checkLeaf(extensions);
  const name = extensions.find(({ id }) => id === OID.subjectAltName);
  if (name === undefined) throw new DerError("it has no SubjectAltName");
  return { uri: readOnlyUri(name.value), serial: hex(expectTag(serial, TAG.integer).contents), spki: key };
}

function checkLeaf(extensions: readonly Extension[]): void {
  const unknown = extensions.find(({ id, critical }) => critical && !KNOWN.has(id));
  if (unknown !== undefined) throw new DerError("it has a critical extension that is not known");
  const contentsOf = (id: string) => extensions.find((extension) => extension.id === id)?.value;
  const constraints = contentsOf(OID.basicConstraints);
  if (constraints !== undefined && readWhole(constraints, TAG.sequence).contents.length > 0) throw new DerError("it is an authority");
  const usage = contentsOf(OID.keyUsage);
  const bits = usage === undefined ? 0 : (readWhole(usage, TAG.bitString).contents[1] ?? 0);
  if ((bits & DIGITAL_SIGNATURE) === 0 || (bits & MAY_SIGN) !== 0) throw new DerError("its key usage is not that of a leaf");
  const purposes = contentsOf(OID.extendedKeyUsage);
  const allowed = purposes === undefined ? [] : readAll(readWhole(purposes, TAG.sequence).contents).map(({ contents }) => hex(contents));
  if (!allowed.includes(OID.serverAuth) || !allowed.includes(OID.clientAuth)) throw new DerError("it is not for both server and client");
}
