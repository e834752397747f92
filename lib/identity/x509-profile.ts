import { DerError, expectTag, readAll, readWhole, TAG } from "./der-reader.ts";

/** Object identifiers as the hex of their DER contents. */
export const OID = {
  /** 1.2.840.10045.4.3.2 */
  ecdsaWithSha256: "2a8648ce3d040302",
  /** 2.5.4.3 */
  commonName: "550403",
  /** 1.2.840.113549.1.9.14 */
  extensionRequest: "2a864886f70d01090e",
  /** 2.5.29.14 */
  subjectKeyId: "551d0e",
  /** 2.5.29.15 */
  keyUsage: "551d0f",
  /** 2.5.29.17 */
  subjectAltName: "551d11",
  /** 2.5.29.19 */
  basicConstraints: "551d13",
  /** 2.5.29.35 */
  authorityKeyId: "551d23",
  /** 2.5.29.37 */
  extendedKeyUsage: "551d25",
  /** 1.3.6.1.5.5.7.3.1 */
  serverAuth: "2b06010505070301",
  /** 1.3.6.1.5.5.7.3.2 */
  clientAuth: "2b06010505070302",
} as const;

/** How a P-256 key begins as SubjectPublicKeyInfo: id-ecPublicKey, prime256v1, 65 bytes of an uncompressed point. */
const P256_SPKI_START = Buffer.from("3059301306072a8648ce3d020106082a8648ce3d03010703420004", "hex");
const P256_SPKI_BYTES = 91;

/** Longest identity: the standard's limit. */
const URI_BYTES_MAX = 2_048;
const GENERAL_NAME_URI = 0x86;

/** One extension of a certificate or of a request. */
export interface Extension {
  readonly id: string;
  readonly critical: boolean;
  /** What its octet string holds. */
  readonly value: Uint8Array;
}

/** Whether these bytes are a P-256 key in the one form that is taken. Whether the point is on the curve is for the crypto library. */
export function isP256Key(spki: Uint8Array): boolean {
  return spki.length === P256_SPKI_BYTES && P256_SPKI_START.equals(spki.subarray(0, P256_SPKI_START.length));
}

/** The extensions in a `SEQUENCE OF Extension`; one that is there twice is a `DerError`. */
export function readExtensions(list: Uint8Array): readonly Extension[] {
  const extensions = readAll(readWhole(list, TAG.sequence).contents).map(({ raw }) => readExtension(raw));
  if (new Set(extensions.map(({ id }) => id)).size !== extensions.length) throw new DerError("an extension is there twice");
  return extensions;
}

/** The one URI in a SubjectAltName that names nothing else; any other list of names is a `DerError`. */
export function readOnlyUri(value: Uint8Array): string {
  const names = readAll(readWhole(value, TAG.sequence).contents);
  const [name] = names;
  if (names.length !== 1 || name === undefined) throw new DerError(`it has ${names.length} names, not one`);
  if (name.tag !== GENERAL_NAME_URI) throw new DerError("its name is not a URI");
  if (name.contents.length === 0 || name.contents.length > URI_BYTES_MAX) throw new DerError("its URI is empty or too long");
  for (const byte of name.contents) if (byte < 0x21 || byte > 0x7e) throw new DerError("its URI has a byte that is not printable ASCII");
  return Buffer.from(name.contents).toString("latin1");
}

/** Whether an AlgorithmIdentifier says ECDSA with SHA-256 and nothing else. */
export function isEcdsaWithSha256(algorithm: Uint8Array): boolean {
  const [id, ...parameters] = readAll(readWhole(algorithm, TAG.sequence).contents);
  return hex(expectTag(id, TAG.oid).contents) === OID.ecdsaWithSha256 && parameters.length === 0;
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

function readExtension(raw: Uint8Array): Extension {
  const parts = readAll(readWhole(raw, TAG.sequence).contents);
  const id = hex(expectTag(parts[0], TAG.oid).contents);
  const critical = parts.length === 3;
  // DER leaves out what is the default, so a flag that is there says TRUE.
  if (critical && hex(expectTag(parts[1], TAG.boolean).contents) !== "ff") throw new DerError("a critical flag is not TRUE");
  if (parts.length !== 2 && parts.length !== 3) throw new DerError("an extension has too few or too many parts");
  return { id, critical, value: expectTag(parts.at(-1), TAG.octetString).contents };
}
