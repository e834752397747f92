import { type MeshEngine, planOrder } from "../../engine/index.ts";
import type { Plan, ServiceName, Version } from "../../model/index.ts";
import { invariant, ok } from "../../std/index.ts";
import type { CommandHandler, Done, Handlers, ResponseOf } from "../operation.ts";
import { findPlan } from "./lookup.ts";

type VerbKey = `POST /api/v1/plans/{id}/${"execute" | "pause" | "resume" | "reverse"}`;
type Key = "GET /api/v1/plans" | "POST /api/v1/plans" | "GET /api/v1/plans/{id}" | VerbKey;
type PlanBody = ResponseOf<"GET /api/v1/plans/{id}">;

/** Plans: make, list, look at, walk. */
export function createPlanRoutes(engine: MeshEngine): Handlers<Key> {
  return {
    "GET /api/v1/plans": {
      kind: "direct",
      answer: () => ok({ body: { items: [...engine.state().plans.values()].sort(planOrder).map((plan) => summaryOf(engine, plan)) } }),
    },
    "POST /api/v1/plans": {
      kind: "command",
      command: ({ body: { avoid = [], prefer = "steps", rollback, target = {} } }) =>
        ok({
          kind: "plan.create",
          target,
          avoid,
          prefer,
          ...(rollback && {
            rollback: { service: rollback.service as ServiceName, ...(rollback.to !== undefined && { to: rollback.to as Version }) },
          }),
        }),
      fields: (done) => planFields(engine, done),
    },
    "GET /api/v1/plans/{id}": {
      kind: "direct",
      answer({ params }) {
        const plan = findPlan(engine.state(), params.id);
        return plan.ok ? ok({ body: planBody(engine, plan.value) }) : plan;
      },
    },
    "POST /api/v1/plans/{id}/execute": verb(engine, "plan.execute"),
    "POST /api/v1/plans/{id}/pause": verb(engine, "plan.pause"),
    "POST /api/v1/plans/{id}/resume": verb(engine, "plan.resume"),
    "POST /api/v1/plans/{id}/reverse": verb(engine, "plan.reverse"),
  };
}

function verb<K extends VerbKey>(engine: MeshEngine, kind: "plan.execute" | "plan.pause" | "plan.resume" | "plan.reverse") {
  const handler: CommandHandler<VerbKey> = {
    kind: "command",
    command: ({ params }) => ok({ kind, plan: params.id }),
    fields: (done, { params }) => planFields(engine, done, params.id),
  };
  return handler as CommandHandler<K>;
}

/** The plan that a command was about, after it; the one that it made unless an id is given. */
function planFields(engine: MeshEngine, { change, state }: Done, id?: string): PlanBody {
  const plan = state.plans.get(id ?? change?.subject ?? "");
  invariant(plan !== undefined, "a command about a plan leaves it in the state");
  return planBody(engine, plan);
}

function planBody(engine: MeshEngine, plan: Plan): PlanBody {
  const view = engine.plans.show(plan);
  const start = Object.fromEntries(Object.entries(view.start).map(([service, { weights }]) => [service, weights]));
  const { lastMove: _, ...shown } = view;
  return structuredClone({ ...shown, start }) as unknown as PlanBody;
}

function summaryOf(engine: MeshEngine, plan: Plan): ResponseOf<"GET /api/v1/plans">["items"][number] {
  const { author, cost, createdAt, direction, id, movedAt, pausedBecause, reason, state, target, wavesDone } = plan;
  const waitingFor = engine.plans.waitsFor(plan);
  const place = { id, state, direction, target: { ...target }, wavesDone, cost, pausedBecause, waitingFor };
  return { ...place, createdAt, movedAt, author, reason, waves: plan.waves.length };
}
