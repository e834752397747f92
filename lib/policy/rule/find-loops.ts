import type { PolicyAction, PolicyInput } from "../../model/index.ts";
import { eventsOf, matchesEvent } from "../trigger/event-kinds.ts";
import { isEventTrigger } from "./policy-parts.ts";

/** A policy as loops are looked for. */
export type LoopPart = Pick<PolicyInput, "name" | "trigger" | "actions" | "enabled">;

/** One way around: each policy with the event of the one before that sets it off. */
export interface PolicyLoop {
  readonly steps: readonly { readonly policy: string; readonly event: string }[];
}

/**
 * A loop of policies through `policy`: an action brings about the event that sets off the next, until it is the first again. Null where there is none. Only what is
 * switched on counts, and events that are narrowed to one service count only for actions that may touch it: an instance may be one of any service.
 * `services`: those there are; without them names are compared.
 */
export function findLoop(policy: LoopPart, others: readonly LoopPart[], services?: readonly string[]): PolicyLoop | null {
  if (!policy.enabled) return null;
  const all = [policy, ...others.filter(({ enabled }) => enabled)];
  const from = new Map<LoopPart, { readonly before: LoopPart; readonly event: string }>();
  const queue: LoopPart[] = [policy];
  // What is found on the way is appended, and taken in its turn.
  for (const current of queue) {
    for (const next of all) {
      const event = setsOff(current, next, services);
      if (event === null) continue;
      if (next === policy) return loopOf(policy, current, event, from);
      if (from.has(next)) continue;
      from.set(next, { before: current, event });
      queue.push(next);
    }
  }
  return null;
}

/** `"A" → rollback → "B" → split.set → "A"`. */
export function loopText({ steps }: PolicyLoop): string {
  const [first] = steps;
  return `${steps.map(({ event, policy }) => `"${policy}" → ${event}`).join(" → ")} → "${first?.policy ?? ""}"`;
}

function loopOf(
  policy: LoopPart,
  last: LoopPart,
  event: string,
  from: ReadonlyMap<LoopPart, { readonly before: LoopPart; readonly event: string }>,
): PolicyLoop {
  const steps = [{ policy: last.name, event }];
  for (let at = last; at !== policy; ) {
    const step = from.get(at);
    if (step === undefined) break;
    steps.unshift({ policy: step.before.name, event: step.event });
    at = step.before;
  }
  return { steps };
}

/** The event by which an action of `first` sets off `next`; null where none does. */
function setsOff(first: LoopPart, next: LoopPart, services: readonly string[] | undefined): string | null {
  const { trigger } = next;
  if (!isEventTrigger(trigger)) return null;
  for (const action of first.actions) {
    if (trigger.subject !== undefined && !mayTouch(first, action, trigger.subject, services)) continue;
    const event = eventsOf(action).find((kind) => matchesEvent(trigger.event, kind));
    if (event !== undefined) return event;
  }
  return null;
}

function mayTouch({ trigger }: LoopPart, action: PolicyAction, subject: string, services: readonly string[] | undefined): boolean {
  if ("instance" in action && action.instance !== undefined) return true;
  const own = isEventTrigger(trigger) ? trigger.subject : undefined;
  const target = ("service" in action ? action.service : undefined) ?? own;
  if (target === undefined || nameOf(target) === nameOf(subject)) return true;
  if (services === undefined) return target.startsWith(`${subject}-`) || subject.startsWith(`${target}-`);
  // What is no service may be an instance of one.
  return ![target, subject].every((name) => services.includes(nameOf(name)));
}

function nameOf(subject: string): string {
  return subject.split("@")[0] ?? subject;
}
