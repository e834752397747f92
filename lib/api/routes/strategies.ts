import { type MeshEngine, strategyNamed, strategyViews } from "../../engine/index.ts";
import type { Refusal, Strategy } from "../../model/index.ts";
import { err, invariant, ok, type Result } from "../../std/index.ts";
import { refusal } from "../answer.ts";
import type { Handlers, ResponseOf } from "../operation.ts";

type Key =
  | "GET /api/v1/strategies"
  | "GET /api/v1/strategies/{name}"
  | "PUT /api/v1/strategies/{name}"
  | "DELETE /api/v1/strategies/{name}";
type Body = ResponseOf<"GET /api/v1/strategies/{name}">;

/** Strategies by name. */
export function createStrategyRoutes(engine: MeshEngine): Handlers<Key> {
  return {
    "GET /api/v1/strategies": {
      kind: "direct",
      answer: () => ok({ body: { items: strategyViews(engine.state()).map(bodyOf) } }),
    },
    "GET /api/v1/strategies/{name}": {
      kind: "direct",
      answer({ params }) {
        const found = findStrategy(engine, params.name);
        return found.ok ? ok({ body: found.value, rev: found.value.rev }) : found;
      },
    },
    "PUT /api/v1/strategies/{name}": {
      kind: "command",
      command: ({ body, params, rev }) => ok({ kind: "strategy.set", name: params.name, rev, strategy: body.strategy as Strategy }),
      rev: ({ state }, { params }) => strategyNamed(state, params.name)?.rev,
      fields({ state }, { params }) {
        const view = strategyNamed(state, params.name);
        invariant(view !== undefined, "a strategy that was set is in the state");
        return bodyOf(view);
      },
      current: ({ params }) => strategyNamed(engine.state(), params.name)?.strategy ?? null,
    },
    "DELETE /api/v1/strategies/{name}": {
      kind: "command",
      command: ({ params, rev }) => ok({ kind: "strategy.remove", name: params.name, rev }),
      fields: () => ({}),
      current: ({ params }) => strategyNamed(engine.state(), params.name)?.strategy ?? null,
    },
  };
}

function findStrategy(engine: MeshEngine, name: string): Result<Body, Refusal> {
  const view = strategyNamed(engine.state(), name);
  if (view !== undefined) return ok(bodyOf(view));
  const fix = "Look at GET /api/v1/strategies.";
  return err(refusal({ path: "name", code: "strategy.unknown", detail: `There is no strategy "${name}".`, fix }));
}

function bodyOf(view: ReturnType<typeof strategyViews>[number]): Body {
  return structuredClone(view) as unknown as Body;
}
