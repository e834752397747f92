import { expect, test } from "vitest";
import type { Change } from "@/lib/client/index.ts";
import { myLastChange } from "./my-last-change.ts";

const change = (seq: number, rest: Partial<Change> = {}): Change => ({
  id: `chg-${seq}`,
  seq,
  at: "2026-01-01T00:00:00.000Z",
  author: "mara",
  via: "console",
  reason: "",
  kind: "split.set",
  subject: "payments",
  before: {},
  after: {},
  undoable: true,
  services: ["payments"],
  ...rest,
});

test("undo takes the newest change of this operator, never somebody else's", () => {
  expect(myLastChange([change(3, { author: "jon" }), change(2), change(1)], "mara")?.id).toBe("chg-2");
});

test("what the engine did in the operator's name is not his last change", () => {
  expect(myLastChange([change(3, { via: "engine" }), change(2)], "mara")?.id).toBe("chg-2");
});

test("pressing undo twice goes further back instead of redoing", () => {
  const undo = change(4, { kind: "undo", undoes: "chg-3" });
  expect(myLastChange([undo, change(3), change(2)], "mara")?.id).toBe("chg-2");
});

test("what cannot be undone is passed over, and nothing is null", () => {
  expect(myLastChange([change(2, { undoable: false })], "mara")).toBeNull();
});
