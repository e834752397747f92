import { type MeshEngine, policiesOf } from "../../engine/index.ts";
import type { Policy, PolicyInput, Refusal } from "../../model/index.ts";
import { canonicalJson, err, invariant, ok, type Result } from "../../std/index.ts";
import { refusal } from "../answer.ts";
import type { Call, Done, Handlers, ResponseOf } from "../operation.ts";
import { tokenRequired } from "../request/local-token.ts";
import { policyMovesProcesses } from "./moves-processes.ts";

type One = "GET /api/v1/policies/{id}";
type Put = "PUT /api/v1/policies/{id}";
type Key =
  | "GET /api/v1/policies"
  | "POST /api/v1/policies"
  | One
  | Put
  | "DELETE /api/v1/policies/{id}"
  | "POST /api/v1/policies/{id}/dry-run";
type Body = ResponseOf<One>;

/** Policies: list, make, change, remove, try over the last hour. */
export function createPolicyRoutes(engine: MeshEngine): Handlers<Key> {
  const current = ({ params }: Pick<Call<Put>, "params">) => {
    const policy = policiesOf(engine.state()).get(params.id);
    return policy && bodyOf(engine, policy);
  };
  return {
    "GET /api/v1/policies": {
      kind: "direct",
      answer: () => ok({ body: { items: [...policiesOf(engine.state()).values()].map((policy) => bodyOf(engine, policy)) } }),
    },
    "POST /api/v1/policies": {
      kind: "command",
      command: ({ body, unlocked }) => {
        const policy = ruleOf(body);
        return unlocked || !policyMovesProcesses(policy)
          ? ok({ kind: "automation.set", id: null, rev: null, policy })
          : err(tokenRequired());
      },
      rev: () => 1,
      fields: (done) => written(engine, done, null),
    },
    "GET /api/v1/policies/{id}": {
      kind: "direct",
      answer({ params }) {
        const policy = findPolicy(engine, params.id);
        return policy.ok ? ok({ body: bodyOf(engine, policy.value), rev: policy.value.rev }) : policy;
      },
    },
    "PUT /api/v1/policies/{id}": {
      kind: "command",
      command({ body, params, rev, unlocked }) {
        const policy = ruleOf(body);
        const isLocked = !unlocked && policyMovesProcesses(policy) && !isSwitchedOff(policy, policiesOf(engine.state()).get(params.id));
        return isLocked ? err(tokenRequired()) : ok({ kind: "automation.set", id: params.id, rev, policy });
      },
      rev: ({ state }, { params }) => policiesOf(state).get(params.id)?.rev,
      fields: (done, { params }) => written(engine, done, params.id),
      current,
    },
    "DELETE /api/v1/policies/{id}": {
      kind: "command",
      command: ({ params, rev }) => ok({ kind: "automation.remove", id: params.id, rev }),
      fields: () => ({}),
      current,
    },
    "POST /api/v1/policies/{id}/dry-run": {
      kind: "direct",
      answer({ body, params }) {
        const given = body?.policy;
        const policy = given === undefined ? findPolicy(engine, params.id) : ok(ruleOf(given));
        if (!policy.ok) return policy;
        const problems = engine.policies.check(policy.value, params.id);
        if (problems !== null) return err(problems);
        return ok({
          body: structuredClone(engine.policies.dryRun(policy.value)) as unknown as ResponseOf<"POST /api/v1/policies/{id}/dry-run">,
        });
      },
    },
  };
}

/** Whether what is written does nothing but switch a rule off, and leaves what it would do as it is. */
function isSwitchedOff({ actions, enabled }: PolicyInput, known: Policy | undefined): boolean {
  return !enabled && known !== undefined && canonicalJson(actions) === canonicalJson(known.actions);
}

/** What somebody wrote; fields that were left out are left out. */
function ruleOf({ reason: _, ...rule }: { readonly reason?: string | undefined } & Record<string, unknown>): PolicyInput {
  return JSON.parse(JSON.stringify(rule)) as PolicyInput;
}

function findPolicy(engine: MeshEngine, id: string): Result<Policy, Refusal> {
  const policy = policiesOf(engine.state()).get(id);
  if (policy !== undefined) return ok(policy);
  const fix = "Look at GET /api/v1/policies.";
  return err(refusal({ path: "id", code: "automation.unknown", detail: `There is no policy "${id}".`, fix }));
}

/** The policy that a command was about, after it; the newest where it made one. */
function written(engine: MeshEngine, { change, state }: Done, id: string | null): Body {
  const made = change?.events.find((event) => event.kind === "automation-set");
  const policy = policiesOf(state).get(id ?? made?.id ?? "");
  invariant(policy !== undefined, "a command that sets a policy leaves it in the state");
  return bodyOf(engine, policy);
}

function bodyOf(engine: MeshEngine, policy: Policy): Body {
  return structuredClone(engine.policies.show(policy)) as unknown as Body;
}
