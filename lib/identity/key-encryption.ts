/**
 * Private keys at rest: AES-256-GCM (NIST SP 800-38D) under a key-encryption key that comes from outside the file.
 *
 * The certificate of the key is authenticated along with it, so that a sealed key cannot be moved to another certificate. A KEK that is not the right one,
 * or one flipped bit, makes opening fail; nothing is ever half opened.
 */
import { createCipheriv, createDecipheriv, createPrivateKey, type KeyObject, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { err, ok, type Result } from "../std/index.ts";
import { writeSecretFile } from "./write-secret-file.ts";

/** Where the key-encryption key comes from: given, in a file of the operator's, or (neither) in a file of our own beside what it protects. */
export type KekSource =
  | { readonly kind: "given"; readonly base64: string }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "own" };

/** Something sealed, such as a private key; base64 each. */
export interface SealedKey {
  readonly nonce: string;
  readonly tag: string;
  readonly data: string;
}

/** Why there is no key-encryption key; `detail` is a sentence for people. */
export interface KekFailure {
  readonly code: "identity.kek-invalid" | "identity.kek-missing";
  readonly detail: string;
}

const KEK_BYTES = 32;
const NONCE_BYTES = 12;
const BASE64 = /^[A-Za-z0-9+/]{43}=$/;

/** Where the key before this one comes from, while it is being changed. */
export type OldKekSource = Exclude<KekSource, { readonly kind: "own" }>;

/** Reads the key before this one; null where none is named. */
export function readOldKek(source: OldKekSource | undefined): Result<Buffer | null, KekFailure> {
  if (source === undefined) return ok(null);
  if (source.kind === "given") return parseKek(source.base64, "INTERLOCK_KEK_OLD");
  const text = readText(source.path);
  if (text !== null) return parseKek(text, source.path);
  return err({ code: "identity.kek-missing", detail: `INTERLOCK_KEK_OLD_FILE names ${source.path}, which cannot be read.` });
}

/** Reads the KEK. Our own file is made when it is missing, unless there is something to open with it (`isNeeded`). */
export function readKek(source: KekSource, ownPath: string, isNeeded: boolean): Result<Buffer, KekFailure> {
  if (source.kind === "given") return parseKek(source.base64, "INTERLOCK_KEK");
  const path = source.kind === "file" ? source.path : ownPath;
  const text = readText(path);
  if (text !== null) return parseKek(text, path);
  if (source.kind === "own" && !isNeeded) {
    const kek = randomBytes(KEK_BYTES);
    writeSecretFile(path, `${kek.toString("base64")}\n`);
    return ok(kek);
  }
  const detail =
    source.kind === "own"
      ? `${path} is missing, and the certificate authority's key cannot be opened without it. Restore it, or set INTERLOCK_KEK or INTERLOCK_KEK_FILE to the key it held.`
      : `INTERLOCK_KEK_FILE names ${path}, which cannot be read.`;
  return err({ code: "identity.kek-missing", detail });
}

/** Encrypts a private key; `bound` (its certificate) must be given again to open it. */
export function sealKey(privateKey: KeyObject, kek: Uint8Array, bound: string): SealedKey {
  const der = privateKey.export({ format: "der", type: "pkcs8" });
  const sealed = sealBytes(der, kek, bound);
  der.fill(0);
  return sealed;
}

/** Decrypts a private key; null when the KEK is another one or the file was changed. */
export function openKey(sealed: SealedKey, kek: Uint8Array, bound: string): KeyObject | null {
  const der = openBytes(sealed, kek, bound);
  if (der === null) return null;
  try {
    return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  } catch {
    return null;
  } finally {
    der.fill(0);
  }
}

/** Encrypts any secret; `bound` (what it belongs to) must be given again to open it. */
export function sealBytes(plain: Uint8Array, kek: Uint8Array, bound: string): SealedKey {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", kek, nonce);
  cipher.setAAD(Buffer.from(bound, "utf8"));
  const data = Buffer.concat([cipher.update(plain), cipher.final()]);
  return { nonce: nonce.toString("base64"), tag: cipher.getAuthTag().toString("base64"), data: data.toString("base64") };
}

/** Decrypts what `sealBytes` made; null when the KEK is another one or it was changed. */
export function openBytes(sealed: SealedKey, kek: Uint8Array, bound: string): Buffer | null {
  const nonce = Buffer.from(sealed.nonce, "base64");
  const tag = Buffer.from(sealed.tag, "base64");
  // A shorter tag would be easier to forge.
  if (nonce.length !== NONCE_BYTES || tag.length !== 16) return null;
  try {
    const decipher = createDecipheriv("aes-256-gcm", kek, nonce, { authTagLength: 16 });
    decipher.setAAD(Buffer.from(bound, "utf8"));
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(Buffer.from(sealed.data, "base64")), decipher.final()]);
  } catch {
    return null;
  }
}

function parseKek(text: string, where: string): Result<Buffer, KekFailure> {
  const base64 = text.trim();
  if (BASE64.test(base64)) return ok(Buffer.from(base64, "base64"));
  const detail = `${where} does not hold 32 bytes in base64. Make such a key with: openssl rand -base64 32`;
  return err({ code: "identity.kek-invalid", detail });
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    return "";
  }
}
