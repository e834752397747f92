import type { Problem } from "../client/index.ts";
import type { Paint } from "./paint.ts";

type Closure = NonNullable<Problem["closure"]>;

/** What must move with a rollback, in order, and how to have it done; nothing where the service can go alone. */
export function describeClosure(closure: Closure | undefined, paint: Paint): readonly string[] {
  const [last] = closure?.steps.slice(-1) ?? [];
  if (closure === undefined || last === undefined || closure.steps.length === 1) return [];
  const steps = closure.steps.map(({ from, irreversible, reversible, service, to, wave }) => {
    const back = reversible ? "" : paint.yellow(`  no way back: ${irreversible ?? "the old version cannot come back."}`);
    return `  ${wave}. ${service} ${from} → ${to}${back}`;
  });
  const command = `interlock plan --rollback ${closure.service}@${closure.to} --execute --watch`;
  const forward = closure.forward;
  const instead = forward === undefined ? [] : [`Or go forward: interlock plan ${forward.service}=${forward.to}`];
  return ["It can go back together with these, in this order:", ...steps, `Have it done: ${command}`, ...instead];
}
