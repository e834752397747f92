import { expect, test } from "vitest";
import type { MeshEvent } from "../../model/index.ts";
import { undoMovesProcesses } from "./moves-processes.ts";

const REMOVED = { kind: "service-removed", service: "web" } as MeshEvent;
const DEPLOYED = { kind: "deployment-set", id: "web@1.0.0", value: { command: ["node"] } } as unknown as MeshEvent;
const policy = (kind: string, enabled = true) =>
  ({ kind: "automation-set", id: "pol-1", value: { enabled, actions: [{ kind }] } }) as unknown as MeshEvent;

test("undoing what took a deployment along starts processes, though the change names none", () => {
  expect(undoMovesProcesses({ events: [REMOVED], inverse: [DEPLOYED] })).toBe(true);
  expect(undoMovesProcesses({ events: [DEPLOYED], inverse: [] })).toBe(true);
  expect(undoMovesProcesses({ events: [REMOVED], inverse: [] })).toBe(false);
});

test("undoing what took away a policy that restarts or scales sets it up again", () => {
  const gone = { kind: "automation-set", id: "pol-1", value: null } as MeshEvent;
  expect(undoMovesProcesses({ events: [gone], inverse: [policy("restart")] })).toBe(true);
  expect(undoMovesProcesses({ events: [gone], inverse: [policy("scale")] })).toBe(true);
  expect(undoMovesProcesses({ events: [gone], inverse: [policy("scale", false)] })).toBe(false);
  expect(undoMovesProcesses({ events: [gone], inverse: [policy("rollback")] })).toBe(false);
  expect(undoMovesProcesses({ events: [policy("scale")], inverse: [gone] })).toBe(false);
});
