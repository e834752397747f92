import type { MeshEngine } from "../../engine/index.ts";
import type { Approval, Command, Freeze, Governance, MeshState, Refusal, ServiceName, Version } from "../../model/index.ts";
import { err, invariant, ok, type Result } from "../../std/index.ts";
import { refusal } from "../answer.ts";
import type { CommandHandler, Done, Handlers, ResponseOf } from "../operation.ts";
import type { DescribedRequest } from "../request/read-request.ts";
import { versionViews } from "../views/service-view.ts";

type VerbKey = `POST /api/v1/approvals/{id}/${"approve" | "reject" | "withdraw"}`;
type LifecycleKey = "PUT /api/v1/services/{service}/versions/{version}/lifecycle";
type FreezeKey = "GET /api/v1/freezes" | `${"GET" | "PUT" | "DELETE"} /api/v1/freezes/{id}`;
type ApprovalKey = "GET /api/v1/approvals" | "POST /api/v1/approvals" | "GET /api/v1/approvals/{id}" | VerbKey;
type SettingsKey = "GET /api/v1/governance" | "PUT /api/v1/governance";
type FreezeBody = ResponseOf<"GET /api/v1/freezes/{id}">;
type ApprovalBody = ResponseOf<"GET /api/v1/approvals/{id}">;
type SettingsBody = ResponseOf<"GET /api/v1/governance">;

/** What a described request would do, as a command. */
export type ReadRequest = (request: DescribedRequest) => Result<Command, Refusal>;

/** Lifecycles, freezes, approvals, and from which risk on a second person is needed. */
export function createGovernanceRoutes(
  engine: MeshEngine,
  read: ReadRequest,
): Handlers<LifecycleKey | FreezeKey | ApprovalKey | SettingsKey> {
  return { ...lifecycleRoutes(engine), ...freezeRoutes(engine), ...approvalRoutes(engine, read), ...settingsRoutes(engine) };
}

function lifecycleRoutes(engine: MeshEngine): Handlers<LifecycleKey> {
  const find = (state: MeshState, name: string, version: string) => {
    const service = state.services.get(name as ServiceName);
    return service && versionViews(engine, state, service).find((view) => view.version === version);
  };
  return {
    "PUT /api/v1/services/{service}/versions/{version}/lifecycle": {
      kind: "command",
      command: ({ body: { at, stage, sunset }, params, rev }) =>
        ok({
          kind: "lifecycle.set",
          service: params.service as ServiceName,
          version: params.version as Version,
          rev,
          stage,
          cause: "operator",
          ...(at !== undefined && { at }),
          ...(sunset !== undefined && { sunset }),
        }),
      service: ({ params }) => params.service,
      fields({ state }, { params }) {
        const view = find(state, params.service, params.version);
        invariant(view !== undefined, "a version that was just moved exists");
        return view;
      },
      current: ({ params }) => find(engine.state(), params.service, params.version),
    },
  };
}

function freezeRoutes(engine: MeshEngine): Handlers<FreezeKey> {
  const current = ({ params }: { readonly params: { readonly id: string } }) => {
    const freeze = engine.state().freezes.get(params.id);
    return freeze && freezeBody(engine, freeze);
  };
  return {
    "GET /api/v1/freezes": {
      kind: "direct",
      answer() {
        const items = [...engine.state().freezes.values()].map((freeze) => freezeBody(engine, freeze));
        return ok({ body: { items: items.sort(byTime) } });
      },
    },
    "GET /api/v1/freezes/{id}": {
      kind: "direct",
      answer({ params }) {
        const freeze = engine.state().freezes.get(params.id);
        if (freeze !== undefined) return ok({ body: freezeBody(engine, freeze), rev: freeze.rev });
        const detail = `There is no freeze "${params.id}".`;
        return err(refusal({ path: "id", code: "freeze.unknown", detail, fix: "Look at GET /api/v1/freezes." }));
      },
    },
    "PUT /api/v1/freezes/{id}": {
      kind: "command",
      command: ({ body: { from, name, services, until, weekly }, params, rev }) =>
        ok({ kind: "freeze.set", id: params.id, rev, name, from, until, weekly, services }),
      fields({ state }, { params }) {
        const freeze = state.freezes.get(params.id);
        invariant(freeze !== undefined, "a freeze that was just set exists");
        return freezeBody(engine, freeze);
      },
      rev: ({ state }, { params }) => state.freezes.get(params.id)?.rev,
      current,
    },
    "DELETE /api/v1/freezes/{id}": {
      kind: "command",
      command: ({ params, rev }) => ok({ kind: "freeze.remove", id: params.id, rev }),
      fields: () => ({}),
      current,
    },
  };
}

function approvalRoutes(engine: MeshEngine, read: ReadRequest): Handlers<ApprovalKey> {
  return {
    "GET /api/v1/approvals": {
      kind: "direct",
      answer() {
        const all = [...engine.state().approvals.values()].toReversed().map((approval) => approvalBody(engine, approval));
        return ok({ body: { items: [...all.filter(isOpen), ...all.filter((approval) => !isOpen(approval))] } });
      },
    },
    "POST /api/v1/approvals": {
      kind: "command",
      command({ body: { expiresInMs, request } }) {
        const described = { ...request, body: request.body ?? null };
        const command = read(described);
        if (!command.ok) return command;
        return ok({
          kind: "approval.request",
          command: command.value,
          request: described,
          ...(expiresInMs !== undefined && { expiresInMs }),
        });
      },
      fields: (done) => approvalFields(engine, done),
    },
    "GET /api/v1/approvals/{id}": {
      kind: "direct",
      answer({ params }) {
        const approval = engine.state().approvals.get(params.id);
        if (approval !== undefined) return ok({ body: approvalBody(engine, approval) });
        const detail = `There is no approval "${params.id}".`;
        return err(refusal({ path: "id", code: "approval.unknown", detail, fix: "Look at GET /api/v1/approvals." }));
      },
    },
    "POST /api/v1/approvals/{id}/approve": verb(engine, "approved"),
    "POST /api/v1/approvals/{id}/reject": verb(engine, "rejected"),
    "POST /api/v1/approvals/{id}/withdraw": verb(engine, "void"),
  };
}

function verb<K extends VerbKey>(engine: MeshEngine, verdict: "approved" | "rejected" | "void") {
  const handler: CommandHandler<VerbKey> = {
    kind: "command",
    command: ({ params }) => ok({ kind: "approval.decide", id: params.id, verdict }),
    fields: (done, { params }) => approvalFields(engine, done, params.id),
  };
  return handler as CommandHandler<K>;
}

function settingsRoutes(engine: MeshEngine): Handlers<SettingsKey> {
  return {
    "GET /api/v1/governance": {
      kind: "direct",
      answer() {
        const settings = engine.governance.settings(engine.state());
        return ok({ body: settingsBody(settings), rev: settings.rev });
      },
    },
    "PUT /api/v1/governance": {
      kind: "command",
      command: ({ body, rev }) => ok({ kind: "governance.set", rev, secondPersonFrom: body.secondPersonFrom }),
      fields: ({ state }) => settingsBody(engine.governance.settings(state)),
      rev: ({ state }) => engine.governance.settings(state).rev,
      current: () => settingsBody(engine.governance.settings(engine.state())),
    },
  };
}

/** The approval that a command was about, after it; the one that it made unless an id is given. */
function approvalFields(engine: MeshEngine, { change, state }: Done, id?: string): ApprovalBody {
  const approval = state.approvals.get(id ?? change?.subject ?? "");
  invariant(approval !== undefined, "a command about an approval leaves it in the state");
  return approvalBody(engine, approval);
}

function approvalBody(engine: MeshEngine, approval: Approval): ApprovalBody {
  const { revs: _, ...shown } = engine.governance.standing(approval);
  return structuredClone({ ...shown, names: "as-given" }) as unknown as ApprovalBody;
}

function isOpen({ state }: ApprovalBody): boolean {
  return state === "waiting" || state === "approved";
}

function freezeBody(engine: MeshEngine, freeze: Freeze): FreezeBody {
  return { ...freeze, services: [...freeze.services], ...engine.governance.spans(freeze) };
}

/** Those that hold first, those to come next, the sooner the earlier; then those that are over, the newest first. */
function byTime(left: FreezeBody, right: FreezeBody): number {
  const rank = ({ active, next }: FreezeBody) => (active !== null ? 0 : next !== null ? 1 : 2);
  if (rank(left) !== rank(right)) return rank(left) - rank(right);
  const [one, other] = [timeOf(left), timeOf(right)];
  return rank(left) === 2 ? other - one : one - other;
}

function timeOf({ active, next, until }: FreezeBody): number {
  return Date.parse(active?.until ?? next?.from ?? until);
}

function settingsBody({ rev, secondPersonFrom, updatedAt, updatedBy }: Governance): SettingsBody {
  return { rev, secondPersonFrom, updatedAt: updatedAt === "" ? null : updatedAt, updatedBy: updatedBy === "" ? null : updatedBy };
}
