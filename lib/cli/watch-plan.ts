import type { CliContext } from "./cli-context.ts";
import type { PlanAnswer } from "./describe-plan.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { waited } from "./waited.ts";

/** Prints what moves until the plan ends, is paused, or the user interrupts; with `--json` one line per difference. */
export async function watchPlan(context: CliContext, id: string): Promise<ExitCode> {
  const said = new Set<string>();
  for (;;) {
    const plan = await context.client.call("GET /api/v1/plans/{id}", { params: { id } });
    for (const line of linesOf(plan)) {
      if (said.has(line)) continue;
      said.add(line);
      if (context.json) context.io.write(`${JSON.stringify({ id, state: plan.state, wavesDone: plan.wavesDone, line })}\n`);
      else context.say(line);
    }
    if (plan.state === "done" || plan.state === "reversed") return EXIT.done;
    if (plan.state === "paused") return EXIT.refused;
    if (!(await waited(context.io.interrupted))) return EXIT.done;
  }
}

function linesOf(plan: PlanAnswer): readonly string[] {
  const way = plan.direction === "back" ? " back" : "";
  const waves = plan.waves.flatMap((wave, index) => {
    const moves = wave.steps.map(({ from, service, to }) => (way === "" ? `${service} ${from} → ${to}` : `${service} ${to} → ${from}`));
    const name = `Wave ${index + 1} of ${plan.waves.length}${way}`;
    if (wave.state === "running") return [`${name}: ${moves.join(", ")}`];
    const isDone = way === "" ? wave.state === "done" : wave.state === "waiting" && index < plan.waves.length;
    return isDone && (way === "" || plan.wavesDone <= index) ? [`${name} is done: ${moves.join(", ")}`] : [];
  });
  const wait = plan.waitingFor === null ? [] : [`  waits: ${plan.waitingFor}`];
  const pause = plan.pausedBecause === null ? [] : [`Paused: ${plan.pausedBecause}`];
  const end = plan.state === "done" ? [`${plan.id} is done.`] : plan.state === "reversed" ? [`${plan.id} is reversed.`] : [];
  return [...waves, ...wait, ...pause, ...end];
}
