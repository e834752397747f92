import {
  FREEZES_MAX,
  type Freeze,
  type GovernanceCommand,
  type MeshState,
  type Problem,
  type Refusal,
  type ServiceName,
  type VersionRef,
} from "../../model/index.ts";
import { freezeOf, freezeProblems, freezeSpanAt, nextFreezeSpan } from "../../release/index.ts";
import { canonicalJson, err, ok, type Result } from "../../std/index.ts";
import { type DecideContext, type Draft, pathKey } from "./context.ts";
import { findService, listed, refuse, refuseAll } from "./refusals.ts";

type SetFreeze = Extract<GovernanceCommand, { readonly kind: "freeze.set" }>;
type RemoveFreeze = Extract<GovernanceCommand, { readonly kind: "freeze.remove" }>;

const ID = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Makes a freeze, or changes one as a whole. */
export function decideFreezeSet(context: DecideContext, command: SetFreeze): Result<Draft | null, Refusal> {
  const { state } = context;
  const known = state.freezes.get(command.id);
  if (command.rev !== (known?.rev ?? 0)) return err(staleFreeze(command.id, known, command.rev));
  const problems = [...freezeProblems(command), ...serviceProblems(state, command.services)];
  if (!ID.test(command.id)) {
    const fix = "Use lower-case letters, digits and hyphens, such as black-friday.";
    problems.unshift({ path: "id", code: "freeze.invalid", detail: `"${command.id}" is no id of a freeze.`, fix });
  }
  if (known === undefined && state.freezes.size >= FREEZES_MAX) {
    const detail = `A mesh keeps at most ${FREEZES_MAX} freezes.`;
    problems.push({ path: "id", code: "freeze.invalid", detail, fix: "Remove some that are over." });
  }
  if (problems.length > 0) return refuseAll(problems);
  const { from, id, services, until, weekly } = command;
  const said = {
    name: command.name.trim(),
    from: new Date(from).toISOString(),
    until: new Date(until).toISOString(),
    weekly,
    services: [...new Set(services)].sort() as ServiceName[],
  };
  if (known !== undefined && canonicalJson(saidOf(known)) === canonicalJson(said)) return ok(null);
  const { author, reason } = context.author;
  const freeze: Freeze = { id, rev: (known?.rev ?? 0) + 1, ...said, reason, updatedAt: context.nowIso, updatedBy: author };
  if (known !== undefined && letsGo(known, freeze, Date.parse(context.nowIso)) && reason.trim() === "") return refuse(reasonNeeded(known));
  return ok({
    kind: "freeze.set",
    subject: id,
    before: known === undefined ? null : saidOf(known),
    after: said,
    events: [{ kind: "freeze-set", id, value: freeze }],
    services: [],
    notes:
      nextFreezeSpan(freeze, Date.parse(context.nowIso)) === null
        ? [`It ended at ${freeze.until}: it holds nothing. Check its dates.`]
        : [],
  });
}

/** Ends a freeze. While it holds, that is the glass to break: it takes a reason, which stands in the log with who ended it. */
export function decideFreezeRemove({ author, nowIso, state }: DecideContext, { id, rev }: RemoveFreeze): Result<Draft, Refusal> {
  const known = state.freezes.get(id);
  if (known === undefined) return refuse(unknownFreeze(state, id));
  if (known.rev !== rev) return err(staleFreeze(id, known, rev));
  if (letsGo(known, null, Date.parse(nowIso)) && author.reason.trim() === "") return refuse(reasonNeeded(known));
  return ok({
    kind: "freeze.remove",
    subject: id,
    before: saidOf(known),
    after: null,
    events: [{ kind: "freeze-set", id, value: null }],
    services: [],
  });
}

/** Whether a freeze that holds would end sooner, or hold less. */
function letsGo(known: Freeze, next: Freeze | null, nowMs: number): boolean {
  const was = freezeSpanAt(known, nowMs);
  if (was === null) return false;
  const is = next === null ? null : freezeSpanAt(next, nowMs);
  if (next === null || is === null || is.untilMs < was.untilMs) return true;
  return next.services.length > 0 && (known.services.length === 0 || known.services.some((name) => !next.services.includes(name)));
}

function reasonNeeded({ name }: Freeze): Problem {
  const detail = `The freeze "${name}" holds: it is not let go without a word.`;
  return { path: "reason", code: "freeze.invalid", detail, fix: "Say why, with --reason on the command line; the log keeps it." };
}

/** Why a change that brings these versions forward has to wait; null where no freeze holds it. */
export function frozenRefusal(context: DecideContext, growth: readonly VersionRef[], paths: Draft["paths"]): Refusal | null {
  const nowMs = Date.parse(context.nowIso);
  const problems = growth.flatMap(({ service, version }): readonly Problem[] => {
    const held = freezeOf(context.state.freezes.values(), service, nowMs);
    if (held === null) return [];
    const { freeze, span } = held;
    const until = new Date(span.untilMs).toISOString();
    const detail = `The freeze "${freeze.name}" holds ${service} until ${until}: ${version} gets no more requests before.`;
    const fix = `Wait until then, or end it: interlock freeze remove ${freeze.id} --reason '…'. Rollbacks, aborts and moves to older versions go through.`;
    return [{ path: paths?.get(pathKey(service, version)) ?? "", code: "freeze.active", detail, fix }];
  });
  if (problems.length === 0) return null;
  return refuseAll(problems).error;
}

export function unknownFreeze({ freezes }: Pick<MeshState, "freezes">, id: string): Problem {
  const known = listed([...freezes.keys()]);
  const fix = known === "" ? "There are none." : `Take one of: ${known}.`;
  return { path: "id", code: "freeze.unknown", detail: `There is no freeze "${id}".`, fix };
}

function serviceProblems(state: MeshState, services: readonly string[]): readonly Problem[] {
  return services.flatMap((name, index): readonly Problem[] => {
    const found = findService(state, name, `services.${index}`);
    return found.ok ? [] : [{ ...(found.error.problems[0] as Problem), code: "freeze.invalid" }];
  });
}

function staleFreeze(id: string, known: Freeze | undefined, rev: number): Refusal {
  const there = known === undefined ? "does not exist" : `is at rev ${known.rev}`;
  const detail = `The freeze "${id}" ${there}; this was made for rev ${rev}.`;
  const fix = known === undefined ? "Make it anew, with rev 0." : `Look at what changed, then send it again with rev ${known.rev}.`;
  const problem: Problem = { path: "rev", code: "precondition.failed", detail, fix };
  const current = known === undefined ? {} : { current: { rev: known.rev, state: saidOf(known) } };
  return { code: problem.code, detail, problems: [problem], ...current };
}

function saidOf({ from, name, services, until, weekly }: Freeze) {
  return { name, from, until, weekly, services };
}
