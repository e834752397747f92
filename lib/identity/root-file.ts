import { readFileSync } from "node:fs";
import { err, ok, type Result } from "../std/index.ts";
import type { SealedKey } from "./key-encryption.ts";
import { writeSecretFile } from "./write-secret-file.ts";

/** A root as it is on disk. */
export interface StoredRoot {
  /** Grows from root to root; the order in which they were made. */
  readonly place: number;
  /** SHA-256 of the certificate, hex. */
  readonly fingerprint: string;
  readonly certificatePem: string;
  readonly key: SealedKey;
}

/** `ca.json`: roots, oldest first, keys sealed. */
export interface RootFile {
  readonly trustDomain: string;
  readonly roots: readonly StoredRoot[];
}

export interface RootFileFailure {
  readonly code: "identity.ca-unreadable";
  readonly detail: string;
}

const FORMAT = 1;

/** Reads `ca.json`; null where there is none. */
export function readRootFile(path: string): Result<RootFile | null, RootFileFailure> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? ok(null) : unreadable(path, message);
  }
  try {
    const file: unknown = JSON.parse(text);
    return isRootFile(file) ? ok(file) : unreadable(path, "it is not in the format of this version");
  } catch {
    return unreadable(path, "it is not JSON");
  }
}

/** Replaces `ca.json` whole. */
export function writeRootFile(path: string, { trustDomain, roots }: RootFile): void {
  const stored = roots.map(({ place, fingerprint, certificatePem, key }) => ({ place, fingerprint, certificatePem, key }));
  writeSecretFile(path, `${JSON.stringify({ format: FORMAT, trustDomain, roots: stored }, null, 2)}\n`);
}

function unreadable(path: string, why: string): Result<never, RootFileFailure> {
  const detail = `${path} cannot be used: ${why}. Nothing was replaced; restore it from a backup.`;
  return err({ code: "identity.ca-unreadable", detail });
}

function isRootFile(file: unknown): file is RootFile {
  if (!isFields(file) || file["format"] !== FORMAT || typeof file["trustDomain"] !== "string") return false;
  const roots = file["roots"];
  return Array.isArray(roots) && roots.length > 0 && roots.every(isStoredRoot);
}

function isStoredRoot(root: unknown): boolean {
  if (!isFields(root) || !isFields(root["key"])) return false;
  const { fingerprint, certificatePem } = root;
  const { nonce, tag, data } = root["key"];
  return Number.isSafeInteger(root["place"]) && [fingerprint, certificatePem, nonce, tag, data].every((text) => typeof text === "string");
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
