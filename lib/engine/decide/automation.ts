import type { AutomationCommand, MeshState, Policy, PolicyInput, Problem, Refusal } from "../../model/index.ts";
import { checkPolicy, policiesOf } from "../../policy/index.ts";
import { canonicalJson, err, type Json, ok, type Result } from "../../std/index.ts";
import type { DecideContext, Draft } from "./context.ts";
import { listed, refuse, refuseAll } from "./refusals.ts";

type SetPolicy = Extract<AutomationCommand, { readonly kind: "automation.set" }>;
type RemovePolicy = Extract<AutomationCommand, { readonly kind: "automation.remove" }>;

/** Policies that people may have of their own. */
const POLICIES_MAX = 200;

/** Makes a policy, or changes one as a whole. */
export function decideAutomationSet(context: DecideContext, command: SetPolicy): Result<Draft | null, Refusal> {
  const { state } = context;
  const all = policiesOf(state);
  const known = command.id === null ? undefined : all.get(command.id);
  if (command.id !== null && known === undefined) return refuse(unknownPolicy(all, command.id));
  if (known !== undefined && command.rev !== known.rev) return err(stalePolicy(known, command.rev));
  const problems = isSwitchOff(known, command.policy) ? [] : problemsOf(context, state, command.policy, command.id);
  if (problems.length > 0) return refuseAll(problems);
  if (known === undefined && state.policies.size >= POLICIES_MAX) {
    const detail = `A mesh keeps at most ${POLICIES_MAX} policies.`;
    return refuse({ path: "", code: "automation.limit", detail, fix: "Remove one that is no longer needed." });
  }
  const rule = ruleOf(command.policy);
  if (known !== undefined && isSame(ruleOf(known), rule)) return ok(null);
  const id = known?.id ?? `pol-${context.place.seq}`;
  const { author } = context.author;
  const builtIn = known?.builtIn ?? false;
  const value: Policy = { id, ...rule, rev: (known?.rev ?? 0) + 1, builtIn, updatedAt: context.nowIso, updatedBy: author };
  return ok({
    kind: "automation.set",
    subject: rule.name,
    before: known === undefined ? null : ruleOf(known),
    after: rule,
    events: [{ kind: "automation-set", id, value }],
    services: [],
  });
}

/** Whether all that is asked for is to switch a policy off: that is possible whatever it names, and whatever of that is gone. */
function isSwitchOff(known: Policy | undefined, wanted: PolicyInput): boolean {
  return known?.enabled === true && !wanted.enabled && isSame({ ...ruleOf(known), enabled: false }, ruleOf(wanted));
}

function isSame(left: PolicyInput, right: PolicyInput): boolean {
  return canonicalJson(left as unknown as Json) === canonicalJson(right as unknown as Json);
}

/** What is wrong with a rule in the place of policy `id`, among the others of `mesh`. */
function problemsOf({ nowIso }: DecideContext, mesh: MeshState, policy: PolicyInput, id: string | null): readonly Problem[] {
  const others = [...policiesOf(mesh).values()].filter((other) => other.id !== id);
  const names = { services: [...mesh.services.keys()], channels: [...mesh.channels.keys()], nowMs: Date.parse(nowIso) };
  return checkPolicy(policy, others, names);
}

/** What is wrong with a policy that an undo brings back, once all that it brings back is there: `after`. */
export function restoredProblems(context: DecideContext, after: MeshState, id: string): readonly Problem[] {
  const [was, is] = [policiesOf(context.state).get(id), policiesOf(after).get(id)];
  if (is === undefined || isSwitchOff(was, is)) return [];
  return problemsOf(context, after, is, id).map((problem) => ({ ...problem, path: "id" }));
}

export function decideAutomationRemove({ state }: DecideContext, { id, rev }: RemovePolicy): Result<Draft, Refusal> {
  const all = policiesOf(state);
  const known = all.get(id);
  if (known === undefined) return refuse(unknownPolicy(all, id));
  if (known.builtIn) {
    const detail = `"${known.name}" comes with Interlock.`;
    return refuse({ path: "id", code: "automation.built-in", detail, fix: "Switch it off instead: set enabled to false." });
  }
  if (known.rev !== rev) return err(stalePolicy(known, rev));
  return ok({
    kind: "automation.remove",
    subject: known.name,
    before: ruleOf(known),
    after: null,
    events: [{ kind: "automation-set", id, value: null }],
    services: [],
  });
}

/** What somebody wrote of a policy. */
export function ruleOf({ actions, enabled, guard, kind, name, trigger }: PolicyInput): PolicyInput {
  return { name, kind, enabled, trigger, ...(guard === undefined ? {} : { guard }), actions };
}

export function unknownPolicy(all: ReadonlyMap<string, Policy>, id: string): Problem {
  return { path: "id", code: "automation.unknown", detail: `There is no policy "${id}".`, fix: `Take one of: ${listed([...all.keys()])}.` };
}

function stalePolicy(known: Policy, rev: number | null): Refusal {
  const detail = `The policy "${known.name}" is at rev ${known.rev} by now, not at ${rev ?? "none"}.`;
  const fix = `Look at what changed, then send it again with rev ${known.rev}.`;
  const problem: Problem = { path: "rev", code: "precondition.failed", detail, fix };
  return { code: problem.code, detail, problems: [problem], current: { rev: known.rev, state: ruleOf(known) } };
}
