/**
 * Keeps the processes of Interlock alive: starts engine, proxies, console and demo, restarts what dies, stops all of them in order.
 * Also the agreements between the supervisor and its children: `attachToSupervisor` (ready, stop, do not outlive it), `socketPath`
 * (where the engine's sockets lie) and the local token (who may start processes).
 *
 * Invariants: one owner of signals, which is the supervisor: children run in process groups of their own and ignore Ctrl-C; a child
 * never outlives it, not even its `kill -9` (the child watches the end of its IPC channel); a child that dies after it was ready is
 * restarted at once, one that dies before with a growing pause; after a stop nothing is left running, what a child started
 * included. It knows nothing of a mesh: what is started is data (`ChildPlan`). Logs are bounded and never stop a child.
 */
export { attachToSupervisor, type Successible, type SupervisedChild } from "./child.ts";
export { type ChildPlan, REFUSED_TO_START } from "./child-plan.ts";
export { askSupervisor, claimDataFolder, type SupervisorAnswer } from "./claim-data-folder.ts";
export type { ListeningHandle, ListeningHandles } from "./hand-over.ts";
export { makeLocalToken, readLocalToken } from "./local-token.ts";
export { NODE_FLAGS, TRAFFIC_FLAGS } from "./node-flags.ts";
export { type PortSetting, portProblems, readPort } from "./ports.ts";
export { probeHttp } from "./probe-http.ts";
export { socketPath } from "./socket-path.ts";
export { type Supervisor, type SupervisorOptions, supervise } from "./supervise.ts";
