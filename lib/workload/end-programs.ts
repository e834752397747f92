import { readdirSync } from "node:fs";
import { join } from "node:path";
import { recall, remember, workloadsFolder } from "./agent-memory.ts";
import { tellGroup } from "./detached-program.ts";
import { lookForMarks } from "./life-marks.ts";
import { startTokenOf } from "./process-identity.ts";

/**
 * Kills every program that the agents of a data folder have left running, and returns how many process groups there were. For whoever stops the agents: one that was
 * itself killed, because it did not stop in time, leaves its programs behind.
 */
export function endPrograms(dataDir: string): number {
  const folder = workloadsFolder(dataDir);
  const groups = new Set(lookForMarks().groupsUnder(folder));
  for (const node of nodesOf(folder)) {
    const path = join(folder, node);
    const programs = recall(path);
    for (const { process: known } of programs) if (known !== null && startTokenOf(known.pid) === known.startToken) groups.add(known.pid);
    if (programs.length > 0) remember(path, []);
  }
  for (const group of groups) tellGroup(group, "SIGKILL");
  return groups.size;
}

function nodesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
