import { expect, test } from "vitest";
import { undoneBy } from "./undone-by.ts";

const change = (seq: number, undoes?: number) => ({ id: `chg-${seq}`, seq, ...(undoes !== undefined && { undoes: `chg-${undoes}` }) });

test("a change is undone by the one that took it back, in whatever order they are listed", () => {
  expect([...undoneBy([change(3), change(5, 3)])]).toEqual([["chg-3", "chg-5"]]);
  expect([...undoneBy([change(5, 3), change(3)])]).toEqual([["chg-3", "chg-5"]]);
});

test("a change whose undo was taken back stands again", () => {
  expect([...undoneBy([change(3), change(5, 3), change(7, 5)])]).toEqual([["chg-5", "chg-7"]]);
  expect(undoneBy([change(3), change(5, 3), change(7, 5), change(9, 7)]).get("chg-3")).toBe("chg-5");
});

test("a change undone a second time names the later undo", () => {
  expect(undoneBy([change(3), change(5, 3), change(7, 5), change(9, 3)]).get("chg-3")).toBe("chg-9");
});
