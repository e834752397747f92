import { closeSync, fstatSync, openSync, renameSync, writeSync } from "node:fs";

/** One file and its predecessor: a child's log never takes more than twice this. */
const LOG_BYTES_MAX = 4 * 1024 * 1024;

export interface LogFile {
  /** Appends one line with its time. A write that fails (disk full) is counted and never thrown: a log must not stop a mesh. */
  write(line: string): void;
  lost(): number;
  close(): void;
}

/** Opens `path` for appending; at its limit the file becomes `path.1`, replacing the older one. */
export function openLogFile(path: string, options: { bytesMax?: number } = {}): LogFile {
  const bytesMax = options.bytesMax ?? LOG_BYTES_MAX;
  let fd = openSync(path, "a", 0o600);
  let size = fstatSync(fd).size;
  let lost = 0;
  const turnOver = () => {
    closeSync(fd);
    renameSync(path, `${path}.1`);
    fd = openSync(path, "a", 0o600);
    size = 0;
  };
  return {
    write(line) {
      try {
        if (size >= bytesMax) turnOver();
        size += writeSync(fd, `${new Date().toISOString()} ${line}\n`);
      } catch {
        lost += 1;
      }
    },
    lost: () => lost,
    close: () => closeSync(fd),
  };
}
