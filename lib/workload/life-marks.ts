/**
 * What all processes of a program carry in their environment, so that they are found again wherever they went: a shell with job control, `timeout` and
 * daemons have process groups of their own, which no signal to the first process reaches.
 *
 * A program is known by its node's folder and its assignment, one life of it by a word that no other life has. Linux only; elsewhere none are found.
 */
import { randomBytes } from "node:crypto";
import { processesWith } from "./process-identity.ts";

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

/** Process groups of an assignment, of whichever life. */
export function groupsOfAssignment(folder: string, assignment: string): readonly number[] {
  return groupsOf((each) => each[FOLDER] === folder && each[LIFE]?.slice(0, each[LIFE].lastIndexOf("/")) === assignment);
}

/** Process groups of a node's folder, but for those in which one of these lives goes on. */
export function groupsOfNode(folder: string, living: ReadonlySet<string>): readonly number[] {
  const kept = new Set(groupsOf((each) => each[FOLDER] === folder && living.has(each[LIFE] ?? "")));
  return groupsOf((each) => each[FOLDER] === folder).filter((group) => !kept.has(group));
}

/** Process groups of all nodes under a folder. */
export function groupsUnder(folder: string): readonly number[] {
  return groupsOf((each) => each[FOLDER]?.startsWith(`${folder}/`) === true);
}

function groupsOf(isWanted: (marks: Readonly<Record<string, string>>) => boolean): readonly number[] {
  return [...new Set(processesWith(FOLDER, LIFE).flatMap(({ group, values }) => (isWanted(values) ? [group] : [])))];
}
