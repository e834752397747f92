/**
 * When policies acted: what cooldowns and the most actions in an hour are kept by. It outlives what is going on with a policy: neither an edit, nor switching off and
 * on, nor a subject that comes and goes lets a policy act before its time. A subject has one turn at a time; what an hour has left is asked when its turn begins, and
 * what did nothing counts nothing. So a limit holds within one look too, and a subject with nothing to do keeps no other from acting.
 */
import type { Change, Policy } from "../model/index.ts";
import { COOLDOWN_MS_MIN, cooldownOf } from "../policy/index.ts";
import { INTERLOCK } from "./live-evidence.ts";

const HOUR_MS = 3_600_000;
/** The longest cooldown there is. */
const DAY_MS = 86_400_000;
const PAGE = 1_000;
const PAGES_MAX = 10;
/** How the reasons of what policies do name the whole mesh. */
export const MESH = "the mesh";

/** One turn of a policy about one subject. Turns of one policy follow each other: the next begins after the one before has ended. */
export interface Turn {
  /** False where the actions of its hour are spent. */
  begin(): boolean;
  /** The subject may have another turn; what was done counts. */
  end(isDone: boolean): void;
}

/** An action of a policy before this process. */
export interface PastAction {
  readonly policy: string;
  readonly subject: string;
  readonly atMs: number;
}

/** Times are monotonic ms; those before this process may be negative. */
export class PolicyLimits {
  /** The last action by policy and subject. */
  readonly #last = new Map<string, Map<string, number>>();
  readonly #inHour = new Map<string, number[]>();
  /** Subjects whose turns have not ended, by policy. */
  readonly #turns = new Map<string, Set<string>>();

  /** `past`: the oldest first. */
  constructor(past: readonly PastAction[]) {
    for (const { atMs, policy, subject } of past) {
      this.#subjects(policy).set(subject, atMs);
      this.#acts(policy).push(atMs);
    }
  }

  /** The turn of a subject; null where the policy may not act about it now. */
  take(policy: Policy, subject: string, nowMs: number): Turn | null {
    const subjects = this.#subjects(policy.id);
    const turns = this.#turns.get(policy.id) ?? new Set<string>();
    const before = subjects.get(subject);
    if (turns.has(subject) || (before !== undefined && nowMs - before < cooldownOf(policy))) return null;
    if (this.#isSpent(policy, nowMs)) return null;
    this.#turns.set(policy.id, turns.add(subject));
    return {
      begin: () => !this.#isSpent(policy, nowMs),
      end: (isDone) => {
        turns.delete(subject);
        if (!isDone) return;
        this.#subjects(policy.id).set(subject, nowMs);
        this.#acts(policy.id).push(nowMs);
      },
    };
  }

  /** Whether the actions of the hour are spent. */
  #isSpent({ guard, id }: Policy, nowMs: number): boolean {
    const acts = this.#acts(id);
    const recent = acts.filter((atMs) => nowMs - atMs < HOUR_MS);
    acts.splice(0, acts.length, ...recent);
    return recent.length >= (guard?.maxPerHour ?? Number.POSITIVE_INFINITY);
  }

  /** When a policy acted last; null where it never did. */
  lastMs(policy: string): number | null {
    const times = [...(this.#last.get(policy)?.values() ?? [])];
    return times.length === 0 ? null : Math.max(...times);
  }

  /** Lets go of what holds nothing back any more, but for the last action of each policy. */
  prune(policies: ReadonlyMap<string, Policy>, nowMs: number): void {
    for (const [id, subjects] of this.#last) {
      const policy = policies.get(id);
      // A policy that is gone may come back by an undo.
      const keptMs = policy === undefined ? DAY_MS : cooldownOf(policy);
      const last = policy === undefined ? null : this.lastMs(id);
      for (const [subject, atMs] of subjects) if (nowMs - atMs >= keptMs && atMs !== last) subjects.delete(subject);
      if (policy !== undefined || subjects.size > 0) continue;
      this.#last.delete(id);
      this.#inHour.delete(id);
      this.#turns.delete(id);
    }
  }

  #subjects(policy: string): Map<string, number> {
    const known = this.#last.get(policy);
    if (known !== undefined) return known;
    const made = new Map<string, number>();
    this.#last.set(policy, made);
    return made;
  }

  #acts(policy: string): number[] {
    const known = this.#inHour.get(policy);
    if (known !== undefined) return known;
    const made: number[] = [];
    this.#inHour.set(policy, made);
    return made;
  }
}

/** What policies did within a day, read off the reasons of changes; the oldest first. `nowMs` is wall time, as is `atMs` of what comes back. */
export function pastActions(
  read: (query: { readonly beforeSeq?: number; readonly limit: number }) => readonly Change[],
  policies: ReadonlyMap<string, Policy>,
  nowMs: number,
): readonly PastAction[] {
  const ids = new Map([...policies.values()].map(({ id, name }) => [name, id]));
  const last = new Map<string, number>();
  const acted: PastAction[] = [];
  for (const change of recentChanges(read, nowMs - DAY_MS).reverse()) {
    const match = change.author === INTERLOCK && !change.kind.startsWith("alert.") ? /^policy "(.+?)": (.*?): /.exec(change.reason) : null;
    const policy = ids.get(match?.[1] ?? "");
    if (match === null || policy === undefined) continue;
    const subject = match[2] === MESH ? "" : (match[2] ?? "");
    const atMs = Date.parse(change.at);
    const key = `${policy}\n${subject}`;
    // Several changes so close to each other are those of one action: no cooldown is shorter.
    if (atMs - (last.get(key) ?? Number.NEGATIVE_INFINITY) < COOLDOWN_MS_MIN) continue;
    last.set(key, atMs);
    acted.push({ policy, subject, atMs });
  }
  return acted;
}

/** Newest first. */
function recentChanges(read: Parameters<typeof pastActions>[0], sinceMs: number): Change[] {
  const changes: Change[] = [];
  let beforeSeq: number | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const more = read({ limit: PAGE, ...(beforeSeq === undefined ? {} : { beforeSeq }) });
    const oldest = more.at(-1);
    changes.push(...more.filter(({ at }) => Date.parse(at) >= sinceMs));
    if (more.length < PAGE || oldest === undefined || Date.parse(oldest.at) < sinceMs) break;
    beforeSeq = oldest.seq;
  }
  return changes;
}
