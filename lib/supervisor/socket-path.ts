import { createHash } from "node:crypto";
import { lstatSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** `sun_path` holds 108 bytes on Linux and 104 on macOS, the closing NUL included. */
const SOCKET_PATH_BYTES_MAX = 103;

/**
 * The path of the Unix socket `name` ("engine.sock") of one data folder; the same answer in every process that asks.
 * Where the folder is too deep for a socket address it lies in a private folder under the system's temporary folder, which is
 * created (mode 0700); throws when that folder belongs to somebody else. On Windows it is a named pipe.
 */
export function socketPath(dataDir: string, name: string): string {
  const folder = resolve(dataDir);
  if (process.platform === "win32") return `\\\\.\\pipe\\interlock-${shortHash(folder)}-${name}`;
  const direct = join(folder, name);
  if (Buffer.byteLength(direct) <= SOCKET_PATH_BYTES_MAX) return direct;
  return join(privateFolder(join(tmpdir(), `interlock-${shortHash(folder)}`)), name);
}

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/** The name can be guessed, so a folder that another user put there first must not be trusted. */
function privateFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const stat = lstatSync(path);
  const owner = process.getuid?.() ?? stat.uid;
  if (!stat.isDirectory() || stat.uid !== owner) {
    throw new Error(`${path} belongs to another user: remove it, or set INTERLOCK_DATA to a folder with a shorter path`);
  }
  return path;
}
