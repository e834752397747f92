import type { Command, Refusal } from "../../model/index.ts";
import { ok, type Result } from "../../std/index.ts";
import type { DecideContext, Draft, KnownProcess } from "./context.ts";
import { unknownInstance } from "./instances.ts";
import { refuse } from "./refusals.ts";

type Of<K extends Command["kind"]> = Extract<Command, { readonly kind: K }>;

/** Starts, stops or restarts one process of a deployment. */
export function decideInstanceMove({ process }: DecideContext, { anyway, id, verb }: Of<"instance.move">): Result<Draft | null, Refusal> {
  const found = process?.(id) ?? refuse(unknownInstance(id));
  if (!found.ok) return found;
  const { asked: before, isDown, whyKept } = found.value;
  const desired = verb === "stop" ? "stop" : "run";
  // What has crashed waits before it is tried again: to start it is to try at once.
  const isAnew = verb === "restart" || (verb === "start" && isDown);
  if (desired === before.desired && !isAnew) return ok(null);
  if (verb !== "start" && !anyway && whyKept !== null) return refuse(whyKept);
  const after = { ...before, desired, restartSeq: before.restartSeq + (isAnew ? 1 : 0) } as const;
  return ok({
    kind: `instance.${verb}`,
    subject: before.instance ?? before.id,
    before: shownProcess(before),
    after: shownProcess(after),
    events: [after],
    services: [before.service],
  });
}

/** What people compare. */
function shownProcess({ desired, id, node, restartSeq, service, version }: KnownProcess["asked"]): unknown {
  return { service, version, node, assignment: id, desired, restartsAsked: restartSeq };
}
