/**
 * What an agent knows of its programs, in a file that outlives it: slots, leases, numbers of processes. Written whole and renamed, so that a reader finds
 * one state or the next; for its owner only, because environments may hold secrets.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Slot } from "./agent-state.ts";
import { OUTPUT_FILE } from "./output-file.ts";

const FILE = "agent.json";
/** Folders of programs that are over and whose output can still be read. */
const ENDED_MAX = 16;

export interface LastExit {
  readonly code?: number;
  readonly signal?: string;
  readonly at: string;
}

export interface RememberedProgram {
  readonly slot: Slot;
  readonly lease: { readonly id: string; readonly port: number; readonly proxyPort: number } | null;
  /** `life`: what marks all that it started; agents of before it was written down gave none. */
  readonly process: { readonly pid: number; readonly startToken: string; readonly startedAt: string; readonly life?: string } | null;
  readonly lastExit: LastExit | null;
}

/** Where a data folder has what agents know and programs print. */
export function workloadsFolder(dataDir: string): string {
  return join(dataDir, "workloads");
}

/** The folder of a node in a data folder. */
export function nodeFolder(dataDir: string, node: string): string {
  return join(workloadsFolder(dataDir), folderName(node));
}

/** The file that a program prints into. */
export function outputPath(dataDir: string, node: string, assignment: string): string {
  return join(nodeFolder(dataDir, node), folderName(assignment), OUTPUT_FILE);
}

/** The node on which an assignment printed something that is still kept; undefined where there is none. */
export function nodeOfOutput(dataDir: string, assignment: string): string | undefined {
  try {
    const folders = readdirSync(workloadsFolder(dataDir));
    const found = folders.find((folder) => existsSync(join(workloadsFolder(dataDir), folder, folderName(assignment), OUTPUT_FILE)));
    return found === undefined ? undefined : decodeURIComponent(found);
  } catch {
    return undefined;
  }
}

/** A name as part of a path: names come over the wire. */
export function folderName(name: string): string {
  return encodeURIComponent(name).replaceAll(".", "%2E");
}

/** What an agent before us left; nothing where it left nothing that can be read. */
export function recall(folder: string): readonly RememberedProgram[] {
  try {
    const { programs } = JSON.parse(readFileSync(join(folder, FILE), "utf8")) as { readonly programs: readonly RememberedProgram[] };
    return programs;
  } catch {
    return [];
  }
}

/** Writes it down. */
export function remember(folder: string, programs: readonly RememberedProgram[]): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = join(folder, `${FILE}.part`);
  writeFileSync(draft, JSON.stringify({ programs }), { mode: 0o600 });
  renameSync(draft, join(folder, FILE));
}

/** Removes output of programs that are over, the oldest first. */
export function forgetEnded(folder: string, isAlive: (name: string) => boolean): void {
  const ended = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !isAlive(entry.name))
    .map(({ name }) => ({ path: join(folder, name), atMs: statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((one, other) => other.atMs - one.atMs);
  for (const { path } of ended.slice(ENDED_MAX)) rmSync(path, { recursive: true, force: true });
}
