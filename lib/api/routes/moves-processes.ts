import type { Change, MeshEvent, PolicyInput } from "../../model/index.ts";

/** Whether undoing a change would set a command, or start or end processes: what it did, or what its inverse does, says so. */
export function undoMovesProcesses({ events, inverse = [] }: Pick<Change, "events" | "inverse">): boolean {
  return [...events, ...inverse].some(isOfProcesses) || inverse.some(isPolicyOfProcesses);
}

/** Whether a policy starts or ends processes by itself: whoever writes it does so through the engine. */
export function policyMovesProcesses({ actions }: Pick<PolicyInput, "actions">): boolean {
  return actions.some(({ kind }) => kind === "restart" || kind === "scale");
}

function isOfProcesses({ kind }: MeshEvent): boolean {
  return kind === "deployment-set" || kind === "node-drain-set";
}

function isPolicyOfProcesses(event: MeshEvent): boolean {
  return event.kind === "automation-set" && event.value?.enabled === true && policyMovesProcesses(event.value);
}
