/**
 * The local token: who can read it owns this user's processes anyway, so it is what proves that a request may start one. A file of the data folder, mode
 * 0600, 32 random bytes as base64url. The engine makes it; supervisor, agents, demo and command line read it.
 *
 * Invariants: it is never printed, logged or put into an environment; a file that somebody else could read is narrowed before its token is used; one
 * whose content is no token is replaced.
 */
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FILE = "local-token";
const BYTES = 32;
const SHAPE = /^[\w-]{43}$/;

/** The token of a data folder, made where there is none. */
export function makeLocalToken(dataDir: string): string {
  const known = readLocalToken(dataDir);
  const path = join(dataDir, FILE);
  if (known !== null) {
    if (process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
    return known;
  }
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const token = randomBytes(BYTES).toString("base64url");
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${token}\n`, { mode: 0o600 });
  renameSync(draft, path);
  return token;
}

/** The token of a data folder, null where there is none that we may read. */
export function readLocalToken(dataDir: string): string | null {
  try {
    const token = readFileSync(join(dataDir, FILE), "utf8").trim();
    return SHAPE.test(token) ? token : null;
  } catch {
    return null;
  }
}
