import type { OperationKey, ResponseOf } from "@/lib/client/index.ts";

/** A plan as the API shows it. */
export type PlanView = ResponseOf<"GET /api/v1/plans/{id}">;
export type PlanSummary = ResponseOf<"GET /api/v1/plans">["items"][number];
export type PlanState = PlanView["state"];
export type PlanWaveView = PlanView["waves"][number];
export type PlanStepView = PlanWaveView["steps"][number];
export type PlanCost = PlanView["cost"];

/** What of a step can be drawn, of a plan, of another way, or of a rollback's closure. */
export type WayStep = Pick<PlanStepView, "service" | "from" | "to" | "reversible" | "irreversible">;

export interface WayWave {
  readonly kind: PlanWaveView["kind"];
  readonly steps: readonly WayStep[];
}

/** What can be done with a plan. */
export type PlanVerb = Extract<OperationKey, `POST /api/v1/plans/{id}/${string}`> extends `${string}/{id}/${infer Verb}` ? Verb : never;

/** Whether the engine moves it by itself. */
export function isWalking({ state }: { readonly state: PlanState }): boolean {
  return state === "running" || state === "reversing";
}

/** Whether it has come to an end of its way. */
export function isOver({ state }: { readonly state: PlanState }): boolean {
  return state === "done" || state === "reversed";
}

/** The services that a way moves, each once, in its order. */
export function servicesOf(waves: readonly WayWave[]): readonly string[] {
  return [...new Set(waves.flatMap(({ steps }) => steps.map(({ service }) => service)))];
}

/** The first step of a wave that cannot be taken back; undefined where all can. */
export function closingStep({ steps }: WayWave): WayStep | undefined {
  return steps.find(({ reversible }) => !reversible);
}

/** What tells the waves of one way apart: no way makes the same moves twice. */
export function waveKey({ steps }: WayWave): string {
  return steps.map(({ from, service, to }) => `${service} ${from} ${to}`).join();
}

/** Place of the wave that is moving, or was moved last: what the phases are about; null while no wave has moved. */
export function lastWave({ phases, waves }: Pick<PlanView, "phases" | "waves">): number | null {
  const running = waves.findIndex(({ state }) => state === "running");
  if (running >= 0) return running;
  const [first] = phases;
  if (first === undefined) return null;
  const moved = waves.findLastIndex(({ state, steps }) => state === "done" && steps.some(({ service }) => service === first.service));
  return moved < 0 ? null : moved;
}

/** Steps of a rollback's closure as waves. */
export function wavesOfClosure(
  steps: readonly (WayStep & { readonly wave: number; readonly kind: WayWave["kind"] })[],
): readonly WayWave[] {
  const numbers = [...new Set(steps.map(({ wave }) => wave))].sort((left, right) => left - right);
  return numbers.map((number) => {
    const own = steps.filter(({ wave }) => wave === number);
    return { kind: own[0]?.kind ?? "shift", steps: own };
  });
}
