/**
 * Programs as instances of the mesh: their lease and proxy, what they are told, whether they answer. `interlock run` uses it for one program in the
 * foreground; the node agent (`main.ts`) for every process that deployments place on its node.
 *
 * Invariants: a deaf engine ends nothing; a program keeps its port and the proxy that it was told for its whole life, whatever becomes of its lease;
 * requests are led away before a program is told to end. It speaks to the engine as any client does.
 */
export { nodeOfOutput, outputPath } from "./agent-memory.ts";
export { answers, type HealthCheck } from "./answers.ts";
export { endPrograms } from "./end-programs.ts";
export { findCommand, NOT_FOUND } from "./find-command.ts";
export { CannotJoin, Membership } from "./membership.ts";
export { type Program, startProgram } from "./program.ts";
export { isFree } from "./program-port.ts";
export { followOutput, readTail } from "./read-output.ts";
export { workloadEnvironment } from "./workload-environment.ts";
