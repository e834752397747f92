import type { Command, NamedStrategy, Problem, Refusal } from "../../model/index.ts";
import { BUILT_IN_STRATEGIES, checkStrategy } from "../../release/index.ts";
import { canonicalJson, err, ok, type Result } from "../../std/index.ts";
import type { DecideContext, Draft } from "./context.ts";
import { refuseAll } from "./refusals.ts";

type SetStrategy = Extract<Command, { readonly kind: "strategy.set" }>;
type RemoveStrategy = Extract<Command, { readonly kind: "strategy.remove" }>;

const NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Adds or changes a strategy. Releases under way keep the one that they were made with. */
export function decideStrategySet(context: DecideContext, { name, rev, strategy }: SetStrategy): Result<Draft | null, Refusal> {
  const known = context.state.strategies.get(name);
  const current = known?.rev ?? 0;
  if (rev !== current) return err(stale(name, rev, known));
  const problems = [...checkStrategy(strategy, "strategy")];
  if (!NAME.test(name)) {
    const detail = `"${name}" is no name for a strategy.`;
    problems.unshift({
      path: "name",
      code: "name.invalid",
      detail,
      fix: "Use up to 63 lower-case letters, digits and hyphens, such as careful.",
    });
  }
  if (problems.length > 0) return refuseAll(problems);
  if (known !== undefined && canonicalJson(known.strategy as never) === canonicalJson(strategy as never)) return ok(null);
  const { author } = context.author;
  const value: NamedStrategy = { name, rev: rev + 1, strategy, updatedAt: context.nowIso, updatedBy: author };
  return ok({
    kind: "strategy.set",
    subject: name,
    before: known?.strategy ?? null,
    after: strategy,
    events: [{ kind: "strategy-set", id: name, value }],
    services: [],
  });
}

/** Takes a strategy away. One that is there from the start is as it was at first again; releases under way keep theirs. */
export function decideStrategyRemove({ state }: DecideContext, { name, rev }: RemoveStrategy): Result<Draft | null, Refusal> {
  const known = state.strategies.get(name);
  if (known === undefined) return refuseAll([BUILT_IN_STRATEGIES.has(name) ? builtIn(name) : unknown(name)]);
  if (rev !== known.rev) return err(stale(name, rev, known));
  return ok({
    kind: "strategy.remove",
    subject: name,
    before: known.strategy,
    after: BUILT_IN_STRATEGIES.get(name) ?? null,
    events: [{ kind: "strategy-set", id: name, value: null }],
    services: [],
  });
}

function stale(name: string, rev: number, known: NamedStrategy | undefined): Refusal {
  const current = known?.rev ?? 0;
  const detail = `The strategy ${name} is at rev ${current} by now, not at ${rev}.`;
  const fix = `Look at it, then send your change again with rev ${current}.`;
  const problem = { path: "rev", code: "precondition.failed", detail, fix } as const;
  return { code: problem.code, detail, problems: [problem], current: { rev: current, state: known?.strategy ?? null } };
}

function builtIn(name: string): Problem {
  const detail = `${name} is there from the start and was not changed.`;
  return { path: "name", code: "strategy.built-in", detail, fix: "Leave it; a strategy that you do not use does nothing." };
}

function unknown(name: string): Problem {
  const detail = `There is no strategy "${name}".`;
  return { path: "name", code: "strategy.unknown", detail, fix: "Look at GET /api/v1/strategies." };
}
