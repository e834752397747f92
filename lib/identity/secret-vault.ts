/**
 * Secrets that operators hand over (signing keys and passwords of channels): sealed with the authority's key-encryption key in `secrets.json`, mode 0600.
 *
 * Invariants: a secret is on disk before anything refers to it, under a reference that is used once; it is bound to that reference, so that a sealed secret cannot
 * be moved to another one; the file is replaced whole. What cannot be opened is as good as gone: whoever needs it says so, nothing else stops.
 */
import { existsSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { ok, type Result } from "../std/index.ts";
import {
  type KekFailure,
  type KekSource,
  type OldKekSource,
  openBytes,
  readKek,
  readOldKek,
  type SealedKey,
  sealBytes,
} from "./key-encryption.ts";
import { writeSecretFile } from "./write-secret-file.ts";

/** Secrets that nothing refers to any more and that are kept, for an undo. */
const UNUSED_MAX = 64;
const FORMAT = 1;

export interface SecretVaultOptions {
  /** Holds `secrets.json`, beside the authority's files. */
  readonly dir: string;
  readonly kek: KekSource;
  readonly oldKek?: OldKekSource | undefined;
  /** Told in a sentence that the file could not be read and was set aside. */
  readonly onDamaged: (sentence: string) => void;
}

export interface SecretVault {
  /** Secrets were sealed with another key-encryption key when it was opened, and are sealed with the present one now. */
  readonly wasRekeyed: boolean;
  /** Null where there is none, or none that can be opened. */
  read(ref: string): string | null;
  /** On disk when it returns; throws when the disk does not take it. */
  keep(ref: string, secret: string): void;
  /** Lets go of those that nothing refers to, but for the newest. */
  sweep(used: ReadonlySet<string>): void;
}

/** Opens the vault of a data folder; the authority's key-encryption key is made where there is none yet. */
export function openSecretVault({ dir, kek, oldKek, onDamaged }: SecretVaultOptions): Result<SecretVault, KekFailure> {
  const path = join(dir, "secrets.json");
  const old = readOldKek(oldKek);
  if (!old.ok) return old;
  const key = readKek(kek, join(dir, "ca.kek"), existsSync(join(dir, "ca.json")));
  if (!key.ok) return key;
  const sealed = readFile(path, onDamaged);
  let wasRekeyed = false;
  for (const [ref, secret] of old.value === null ? [] : [...sealed]) {
    const plain = openBytes(secret, key.value, ref) === null ? openBytes(secret, old.value as Buffer, ref) : null;
    if (plain === null) continue;
    sealed.set(ref, sealBytes(plain, key.value, ref));
    wasRekeyed = true;
  }
  const write = (secrets: ReadonlyMap<string, SealedKey>) =>
    writeSecretFile(path, `${JSON.stringify({ format: FORMAT, secrets: Object.fromEntries(secrets) }, null, 2)}\n`);
  if (wasRekeyed) write(sealed);
  return ok({
    wasRekeyed,
    read(ref) {
      const secret = sealed.get(ref);
      return secret === undefined ? null : (openBytes(secret, key.value, ref)?.toString("utf8") ?? null);
    },
    keep(ref, secret) {
      const next = new Map(sealed).set(ref, sealBytes(Buffer.from(secret, "utf8"), key.value, ref));
      write(next);
      sealed.set(ref, next.get(ref) as SealedKey);
    },
    sweep(used) {
      const unused = [...sealed.keys()].filter((ref) => !used.has(ref));
      if (unused.length <= UNUSED_MAX) return;
      for (const ref of unused.slice(0, unused.length - UNUSED_MAX)) sealed.delete(ref);
      write(sealed);
    },
  });
}

function readFile(path: string, onDamaged: (sentence: string) => void): Map<string, SealedKey> {
  if (!existsSync(path)) return new Map();
  try {
    const file = JSON.parse(readFileSync(path, "utf8")) as { readonly format?: unknown; readonly secrets?: unknown } | null;
    if (file?.format === FORMAT && isSecrets(file.secrets)) return new Map(Object.entries(file.secrets));
  } catch {
    // Said below.
  }
  renameSync(path, `${path}.damaged`);
  onDamaged(`${path} cannot be read and was set aside as secrets.json.damaged: set the secrets of channels again.`);
  return new Map();
}

function isSecrets(value: unknown): value is Readonly<Record<string, SealedKey>> {
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).every((sealed: unknown) => {
    const { data, nonce, tag } = (sealed ?? {}) as Partial<Record<keyof SealedKey, unknown>>;
    return typeof data === "string" && typeof nonce === "string" && typeof tag === "string";
  });
}
