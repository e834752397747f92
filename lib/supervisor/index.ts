/**
 * Keeps the processes of Interlock alive: starts engine, proxies, console and demo, restarts what dies, stops all of them in order.
 * Also the two agreements between the supervisor and its children: `attachToSupervisor` (ready, stop, do not outlive it) and
 * `socketPath` (where the engine's sockets lie).
 *
 * Invariants: one owner of signals, which is the supervisor; a child never outlives it, not even its `kill -9` (the child watches
 * the end of its IPC channel); a child that dies after it was ready is restarted at once, one that dies before it was ready with
 * a growing pause; after a stop nothing is left running. It knows nothing of a mesh: what is started is data (`ChildPlan`).
 */
export { attachToSupervisor, type SupervisedChild } from "./child.ts";
export { socketPath } from "./socket-path.ts";
