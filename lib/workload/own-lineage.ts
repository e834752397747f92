import { lineOf } from "./process-identity.ts";

/** Process groups and sessions of ourselves, of whoever started us, and so on up. Interlock can be started from within a program that it runs itself. */
export interface Lineage {
  readonly groups: ReadonlySet<number>;
  readonly sessions: ReadonlySet<number>;
}

/** Ours at this moment: a parent that has died is none any more. */
export function ownLineage(): Lineage {
  const line = lineOf(process.pid);
  return {
    // Where the kernel does not tell, a supervised agent and its supervisor are at least known to lead groups of their numbers.
    groups: new Set([process.pid, process.ppid, ...line.map(({ group }) => group)]),
    sessions: new Set(line.map(({ session }) => session)),
  };
}

/** The supervisor that started us and holds our channel, null where there is none. Init also becomes the parent of what others left behind. */
export function ownSupervisor(): number | null {
  return process.send !== undefined && process.ppid > 1 ? process.ppid : null;
}
