/**
 * How a trigger gets from quiet to firing and back, for one subject of one policy:
 *
 *   idle ──holds──► pending ──held for `forMs`──► firing ──clear for `resolveForMs`──► idle (resolved)
 *                      └──clear, or no data──► idle            └──no data for NO_DATA_MS──► idle (resolved)
 *
 * Invariants: nothing fires on missing data; a trigger fires only after it held at every look within `forMs`; between two firings there is a resolution, and a
 * trigger that comes and goes faster than `resolveForMs` fires once.
 */

/** How long a firing trigger may be without data until it counts as over. */
export const NO_DATA_MS = 600_000;

export type TriggerPhase =
  | { readonly kind: "idle" }
  | { readonly kind: "pending"; readonly sinceMs: number }
  | {
      readonly kind: "firing";
      /** When what set it off began. */
      readonly sinceMs: number;
      /** Since when it has been clear; null while it holds. */
      readonly clearMs: number | null;
      /** Since when there has been no data. */
      readonly blindMs: number | null;
    };

export type TriggerMove = "pending" | "fired" | "resolved" | "withdrawn" | null;

export const IDLE: TriggerPhase = { kind: "idle" };

export interface TriggerTimes {
  readonly forMs: number;
  readonly resolveForMs: number;
}

/** One look. `holds`: null without data. */
export function stepTrigger(
  phase: TriggerPhase,
  { holds, nowMs }: { readonly holds: boolean | null; readonly nowMs: number },
  { forMs, resolveForMs }: TriggerTimes,
): { readonly phase: TriggerPhase; readonly move: TriggerMove } {
  if (phase.kind === "firing") return stepFiring(phase, holds, nowMs, resolveForMs);
  if (holds !== true) return { phase: IDLE, move: phase.kind === "pending" ? "withdrawn" : null };
  const sinceMs = phase.kind === "pending" ? phase.sinceMs : nowMs;
  if (nowMs - sinceMs >= forMs) return { phase: { kind: "firing", sinceMs, clearMs: null, blindMs: null }, move: "fired" };
  return { phase: { kind: "pending", sinceMs }, move: phase.kind === "pending" ? null : "pending" };
}

function stepFiring(
  phase: Extract<TriggerPhase, { readonly kind: "firing" }>,
  holds: boolean | null,
  nowMs: number,
  resolveForMs: number,
): { readonly phase: TriggerPhase; readonly move: TriggerMove } {
  if (holds === true) return { phase: { ...phase, clearMs: null, blindMs: null }, move: null };
  const clearMs = holds === false ? (phase.clearMs ?? nowMs) : phase.clearMs;
  const blindMs = holds === null ? (phase.blindMs ?? nowMs) : null;
  const isClear = holds === false && clearMs !== null && nowMs - clearMs >= resolveForMs;
  const isBlind = blindMs !== null && nowMs - blindMs >= NO_DATA_MS;
  if (isClear || isBlind) return { phase: IDLE, move: "resolved" };
  return { phase: { ...phase, clearMs, blindMs }, move: null };
}
