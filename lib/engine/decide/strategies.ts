import type { Command, NamedStrategy, Refusal } from "../../model/index.ts";
import { checkStrategy } from "../../release/index.ts";
import { canonicalJson, err, ok, type Result } from "../../std/index.ts";
import type { DecideContext, Draft } from "./context.ts";
import { refuseAll } from "./refusals.ts";

type SetStrategy = Extract<Command, { readonly kind: "strategy.set" }>;

const NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Adds or changes a strategy. Releases under way keep the one that they were made with. */
export function decideStrategySet(context: DecideContext, { name, rev, strategy }: SetStrategy): Result<Draft | null, Refusal> {
  const known = context.state.strategies.get(name);
  const current = known?.rev ?? 0;
  if (rev !== current) {
    const detail = `The strategy ${name} is at rev ${current} by now, not at ${rev}.`;
    const problem = {
      path: "rev",
      code: "precondition.failed",
      detail,
      fix: `Look at it, then send your change again with rev ${current}.`,
    } as const;
    return err({ code: problem.code, detail, problems: [problem], current: { rev: current, state: known?.strategy ?? null } });
  }
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
