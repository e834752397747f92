import { readdirSync } from "node:fs";
import { join } from "node:path";
import { recall, remember, workloadsFolder } from "./agent-memory.ts";
import { killGroup } from "./detached-program.ts";
import { MARKER } from "./managed-program.ts";
import { leadersWith, startTokenOf } from "./process-identity.ts";

/**
 * Kills every program that the agents of a data folder have left running, and returns how many there were. For whoever stops the agents: one that was
 * itself killed, because it did not stop in time, leaves its programs behind.
 */
export function endPrograms(dataDir: string): number {
  const folder = workloadsFolder(dataDir);
  const pids = new Set(leadersWith(MARKER, (value) => value.startsWith(`${folder}/`)));
  for (const node of nodesOf(folder)) {
    const path = join(folder, node);
    const programs = recall(path);
    for (const { process: known } of programs) if (known !== null && startTokenOf(known.pid) === known.startToken) pids.add(known.pid);
    if (programs.length > 0) remember(path, []);
  }
  for (const pid of pids) killGroup(pid);
  return pids.size;
}

function nodesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
