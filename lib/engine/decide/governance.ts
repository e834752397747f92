import { type Governance, type GovernanceCommand, type MeshState, type Refusal, SECOND_PERSON_FROM } from "../../model/index.ts";
import { err, ok, type Result } from "../../std/index.ts";
import type { DecideContext, Draft } from "./context.ts";
import { refuse } from "./refusals.ts";

type SetGovernance = Extract<GovernanceCommand, { readonly kind: "governance.set" }>;

const ID = "mesh";

/** What the mesh asks of its operators; nothing unless somebody said so. */
export function governanceOf({ governance }: Pick<MeshState, "governance">): Governance {
  return governance.get(ID) ?? { rev: 0, secondPersonFrom: "never", updatedAt: "", updatedBy: "" };
}

/** Whether `wanted` asks for a second person less often than `present`. */
export function isLaxer(wanted: Governance["secondPersonFrom"], present: Governance["secondPersonFrom"]): boolean {
  return SECOND_PERSON_FROM.indexOf(wanted) < SECOND_PERSON_FROM.indexOf(present);
}

export function decideGovernance({ author, nowIso, state }: DecideContext, command: SetGovernance): Result<Draft | null, Refusal> {
  const present = governanceOf(state);
  const { secondPersonFrom } = command;
  if (command.rev !== present.rev) {
    const detail = `These settings are at rev ${present.rev} by now, not at ${command.rev}.`;
    const fix = `Look at what changed, then send them again with rev ${present.rev}.`;
    const problem = { path: "rev", code: "precondition.failed", detail, fix } as const;
    return err({ code: problem.code, detail, problems: [problem], current: { rev: present.rev, state: shown(present) } });
  }
  if (!SECOND_PERSON_FROM.includes(secondPersonFrom)) {
    const fix = `Use one of: ${SECOND_PERSON_FROM.join(", ")}.`;
    return refuse({ path: "secondPersonFrom", code: "input.invalid", detail: `"${secondPersonFrom}" is no level.`, fix });
  }
  if (secondPersonFrom === present.secondPersonFrom) return ok(null);
  const value: Governance = { rev: present.rev + 1, secondPersonFrom, updatedAt: nowIso, updatedBy: author.author };
  return ok({
    kind: "governance.set",
    subject: "governance",
    before: shown(present),
    after: shown(value),
    events: [{ kind: "governance-set", id: ID, value }],
    services: [],
  });
}

function shown({ secondPersonFrom }: Governance) {
  return { secondPersonFrom };
}
