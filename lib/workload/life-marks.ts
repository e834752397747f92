/**
 * What all processes of a program carry in their environment, so that they are found again wherever they went: a shell with job control, `timeout` and
 * daemons have process groups of their own, which no signal to the first process reaches.
 *
 * A program is known by its node's folder and its assignment, one life of it by a word that no other life has. An environment says only what a process
 * descends from: whoever starts Interlock from within a program has it too, so nothing is found in our own sessions, in those of whoever started us, and
 * beside us under our supervisor. Linux only; elsewhere none are found.
 */
import { randomBytes } from "node:crypto";
import { ownLineage, ownSupervisor } from "./own-lineage.ts";
import { lineOf, type ProcessPlace, processesWith } from "./process-identity.ts";

const FOLDER = "INTERLOCK_AGENT";
const LIFE = "INTERLOCK_LIFE";

/** The name of a new life of an assignment. */
export function newLife(assignment: string): string {
  return `${assignment}/${randomBytes(8).toString("hex")}`;
}

/** The variables of a life. */
export function marksOf(folder: string, life: string): Readonly<Record<string, string>> {
  return { [FOLDER]: folder, [LIFE]: life };
}

/** A life that goes on: its first process and its name, which is empty where an agent began it that gave none. */
export interface KnownLife {
  readonly pid: number;
  readonly life: string;
}

interface Marked extends ProcessPlace {
  readonly folder: string;
  readonly life: string;
}

/** All processes of all programs, at one moment: what is asked of one look does not contradict itself. */
export class MarkLook {
  readonly #marked: readonly Marked[];
  #byAssignment: ReadonlyMap<string, ReadonlySet<number>> | null = null;

  constructor(marked: readonly Marked[]) {
    this.#marked = marked;
  }

  /** Process groups of an assignment, of whichever life. */
  groupsOfAssignment(folder: string, assignment: string): readonly number[] {
    this.#byAssignment ??= groupsByAssignment(this.#marked);
    return [...(this.#byAssignment.get(keyOf(folder, assignment)) ?? [])];
  }

  /** Process groups of a node's folder, but for those in which one of these lives goes on. */
  groupsOfNode(folder: string, living: readonly KnownLife[]): readonly number[] {
    const lives = new Set(living.map(({ life }) => life));
    const nameless = new Set(living.flatMap(({ life, pid }) => (life === "" ? [pid] : [])));
    const goesOn = (each: Marked) => (each.life === "" ? isOfOne(each, nameless) : lives.has(each.life));
    const all = this.#marked.filter((each) => each.folder === folder);
    const kept = groupsIn(all.filter(goesOn));
    return [...groupsIn(all)].filter((group) => !kept.has(group));
  }

  /** Process groups of all nodes under a folder. */
  groupsUnder(folder: string): readonly number[] {
    return [...groupsIn(this.#marked.filter((each) => each.folder.startsWith(`${folder}/`)))];
  }
}

/** Looks at every process of this machine. */
export function lookForMarks(): MarkLook {
  const own = ownLineage();
  const supervisor = ownSupervisor();
  const found = processesWith(FOLDER, LIFE);
  // Beside us are the engine and the proxies.
  const beside = groupsIn(found.filter(({ parent }) => parent === supervisor));
  const others = found.filter(({ group, session }) => !own.groups.has(group) && !own.sessions.has(session) && !beside.has(group));
  return new MarkLook(others.map(({ values, ...place }) => ({ ...place, folder: values[FOLDER] ?? "", life: values[LIFE] ?? "" })));
}

/** Whether a process that says of no life where it belongs was started by one of these, as far as can be known. */
function isOfOne({ pid, session }: Marked, firsts: ReadonlySet<number>): boolean {
  return firsts.size > 0 && (firsts.has(session) || lineOf(pid).some((each) => firsts.has(each.pid)));
}

function groupsIn(marked: readonly ProcessPlace[]): ReadonlySet<number> {
  return new Set(marked.map(({ group }) => group));
}

function groupsByAssignment(marked: readonly Marked[]): ReadonlyMap<string, ReadonlySet<number>> {
  const found = new Map<string, Set<number>>();
  for (const { folder, group, life } of marked) {
    const key = keyOf(folder, life.slice(0, Math.max(0, life.lastIndexOf("/"))));
    const groups = found.get(key);
    if (groups === undefined) found.set(key, new Set([group]));
    else groups.add(group);
  }
  return found;
}

function keyOf(folder: string, assignment: string): string {
  return `${folder}\0${assignment}`;
}
