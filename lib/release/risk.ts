/**
 * How much a change risks: facts in, one of four levels and its reasons out. The level is that of the heaviest reason; two reasons that each ask for a typed
 * name together ask for a second person.
 * Invariants: a fact more never makes the level lower; a way back asks for a level less and at most for a press held down, so that nobody types or waits for
 * somebody else during an incident. Pure: the engine takes the facts from its state, the console asks the engine (`risk` in the answer to a dry run).
 */
import { RISK_LEVELS, type Risk, type RiskLevel } from "../model/index.ts";

/** From this share of a service's traffic on, a move is a big one. */
const BIG_SHARE = 0.5;
/** A version is tight once it is to carry more than this of what it can. */
const RESERVE = 0.8;

/** What a change does, as far as it counts for its risk. Sentences are complete ones. */
export interface RiskFacts {
  /** Services whose requests go elsewhere than before, with the share of them that does, 0 to 1; `isAtMost`: it may be less. */
  readonly moved: readonly { readonly service: string; readonly share: number; readonly isAtMost?: boolean }[];
  /** Pairs that meet and that nothing decides. */
  readonly unproven: readonly string[];
  /** Pairs that are known to be broken and meet because somebody takes responsibility. */
  readonly broken: readonly string[];
  /** Steps whose way back is closed once they are taken. */
  readonly irreversible: readonly string[];
  /** Versions that get more requests although they are on their way out. */
  readonly leaving: readonly { readonly service: string; readonly version: string; readonly stage: "deprecated" | "retired" }[];
  /** Versions with a known limit, and the requests/s that they would get. */
  readonly loads: readonly { readonly service: string; readonly version: string; readonly rps: number; readonly capacityRps: number }[];
  /** Alerts that fire on what is touched. */
  readonly alerts: readonly string[];
  /** It leads back to what was there before. */
  readonly isWayBack: boolean;
}

interface Reason {
  readonly level: RiskLevel;
  readonly sentence: string;
}

/** The level and the reasons of a change; nothing to say is `click`. */
export function riskOf(facts: RiskFacts): Risk {
  const reasons = reasonsOf(facts).sort((left, right) => rank(right.level) - rank(left.level));
  const typed = reasons.filter(({ level }) => rank(level) >= rank("type")).length;
  const heaviest = typed >= 2 ? "second-person" : (reasons[0]?.level ?? "click");
  const level = facts.isWayBack ? (rank(heaviest) >= rank("type") ? "hold" : "click") : heaviest;
  return { level, reasons: reasons.map(({ sentence }) => sentence) };
}

/** How a change has to be confirmed in a mesh that asks for a second person from `from` on: by one, or at most by a typed name. */
export function confirmedBy(level: RiskLevel, from: RiskLevel | "never"): RiskLevel {
  if (needsSecondPerson(level, from)) return "second-person";
  return level === "second-person" ? "type" : level;
}

/** Whether `level` is at least `from`; `never` is reached by none. */
export function needsSecondPerson(level: RiskLevel, from: RiskLevel | "never"): boolean {
  return from !== "never" && from !== "click" && rank(level) >= rank(from);
}

function rank(level: RiskLevel): number {
  return RISK_LEVELS.indexOf(level);
}

function reasonsOf({ alerts, broken, irreversible, leaving, loads, moved, unproven }: RiskFacts): Reason[] {
  return [
    ...broken.map((pair): Reason => ({ level: "type", sentence: `A pair that is known to be broken meets: ${pair}` })),
    ...irreversible.map((why): Reason => ({ level: "type", sentence: `There is no way back: ${why}` })),
    ...loads.flatMap(loadReason),
    ...leaving.map(
      ({ service, stage, version }): Reason => ({
        level: stage === "retired" ? "type" : "hold",
        sentence: `${service} ${version} is ${stage} and gets more requests.`,
      }),
    ),
    ...unproven.map((pair): Reason => ({ level: "hold", sentence: `Nothing is known of a pair that meets: ${pair}` })),
    ...alerts.map((alert): Reason => ({ level: "hold", sentence: `An alert fires: ${alert}` })),
    ...moved.flatMap(movedReason),
  ];
}

function movedReason({ isAtMost = false, service, share }: RiskFacts["moved"][number]): readonly Reason[] {
  if (!(share > 0)) return [];
  const sentence = `${isAtMost ? "Up to " : ""}${percent(share)} of the requests to ${service} go to another version than before.`;
  return [{ level: share >= BIG_SHARE ? "hold" : "click", sentence }];
}

function loadReason({ capacityRps, rps, service, version }: RiskFacts["loads"][number]): readonly Reason[] {
  if (!(rps > capacityRps * RESERVE)) return [];
  const amount = `${service} ${version} would get ${round(rps)} of the ${round(capacityRps)} requests/s that it can carry`;
  if (rps > capacityRps) return [{ level: "type", sentence: `${amount}: that is too much.` }];
  return [{ level: "hold", sentence: `${amount}: no reserve is left.` }];
}

function percent(share: number): string {
  const value = share * 100;
  return `${value >= 10 || value === Math.round(value) ? Math.round(value) : value.toFixed(1)} %`;
}

function round(rps: number): string {
  return rps >= 10 ? `${Math.round(rps)}` : rps.toFixed(1);
}
