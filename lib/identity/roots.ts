import type { RootRotationStep } from "../model/index.ts";

/** The last step of a root change that the log has; null: there was none. */
export type RootRotation = { readonly step: RootRotationStep; readonly fingerprint: string } | null;

/** What is done with each root of the file. */
export interface RootRoles<Root> {
  /** Signs new certificates. */
  readonly issuing: Root;
  /** Peers are verified with these: the issuing one first. */
  readonly trusted: readonly Root[];
  /** Made for the next root change and not known to anybody yet. */
  readonly prepared: Root | null;
  /** Of a root change that is over; to be removed with their keys. */
  readonly dropped: readonly Root[];
}

/**
 * Roles of the roots in a file, oldest first, by what the log says. The log decides: a root that a crash left in the file without a word in the log is
 * merely prepared, and one that the log has dropped is removed at the next start. Null when the log names a root that the file does not have.
 */
export function rolesOf<Root extends { readonly fingerprint: string }>(
  roots: readonly Root[],
  rotation: RootRotation,
): RootRoles<Root> | null {
  const named = rotation === null ? 0 : roots.findIndex(({ fingerprint }) => fingerprint === rotation.fingerprint);
  const root = roots[named];
  if (root === undefined) return null;
  const old = roots.slice(0, named);
  const prepared = roots[named + 1] ?? null;
  if (rotation === null || rotation.step === "drop-old") return { issuing: root, trusted: [root], prepared, dropped: old };
  // During a change there are exactly two: what came before the old one was removed when it was dropped.
  const before = old.at(-1);
  if (before === undefined || prepared !== null) return null;
  const dropped = old.slice(0, -1);
  return rotation.step === "trust-new"
    ? { issuing: before, trusted: [before, root], prepared, dropped }
    : { issuing: root, trusted: [root, before], prepared, dropped };
}
