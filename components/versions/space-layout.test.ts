import { describe, expect, test } from "vitest";
import { CELL_HEIGHT, hiddenColumns, layOutSpace, linePath, stepFrom } from "./space-layout.ts";

const LAYOUT = layOutSpace([
  { service: "checkout", versions: ["1.3.0", "1.4.0", "2.0.0"], base: 1 },
  { service: "payments", versions: ["2.1.0", "2.2.4", "2.3.0", "3.0.0"], base: 2 },
  { service: "fraud", versions: ["0.9.0"], base: 0 },
]);

function cell(service: string, version: string) {
  const found = LAYOUT.find(service, version);
  if (found === undefined) throw new Error(`${service} ${version} has no cell`);
  return found;
}

describe("the picture of the space", () => {
  test("what is live stands on one row, newer versions above it", () => {
    expect(cell("checkout", "1.4.0").y).toBe(LAYOUT.baseY);
    expect(cell("payments", "2.3.0").y).toBe(LAYOUT.baseY);
    expect(cell("fraud", "0.9.0").y).toBe(LAYOUT.baseY);
    expect(cell("payments", "3.0.0").y).toBeLessThan(LAYOUT.baseY);
    expect(cell("payments", "2.1.0").y).toBeGreaterThan(cell("payments", "2.2.4").y);
  });

  test("every version has a cell of its own, in its row", () => {
    expect(LAYOUT.rows.map((row) => row.map(({ version }) => version))).toEqual([
      ["2.0.0", "3.0.0"],
      ["1.4.0", "2.3.0", "0.9.0"],
      ["1.3.0", "2.2.4"],
      ["2.1.0"],
    ]);
  });

  test("without services there is nothing to place", () => {
    expect(layOutSpace([]).columns).toEqual([]);
  });
});

describe("arrow keys", () => {
  test.each([
    ["ArrowUp", "3.0.0"],
    ["ArrowDown", "2.2.4"],
    ["PageUp", "3.0.0"],
    ["PageDown", "2.1.0"],
    ["ArrowLeft", "1.4.0"],
    ["ArrowRight", "0.9.0"],
    ["Home", "1.4.0"],
    ["End", "0.9.0"],
  ])("%s leads from payments 2.3.0 to %s", (key, version) => {
    expect(stepFrom(LAYOUT, cell("payments", "2.3.0"), key)?.version).toBe(version);
  });

  test("stay in the row as far as the neighbour has one near it", () => {
    expect(stepFrom(LAYOUT, cell("payments", "2.1.0"), "ArrowLeft")?.version).toBe("1.3.0");
  });

  test("stay where nothing is further, and leave other keys alone", () => {
    expect(stepFrom(LAYOUT, cell("payments", "3.0.0"), "ArrowUp")?.version).toBe("3.0.0");
    expect(stepFrom(LAYOUT, cell("payments", "3.0.0"), "x")).toBeNull();
  });
});

describe("lines", () => {
  test("pass between the cells of columns on their way", () => {
    const [from, to] = [cell("checkout", "1.4.0"), cell("fraud", "0.9.0")];
    const between = cell("payments", "2.3.0");
    const points = [...linePath(LAYOUT, from, to, 0).matchAll(/([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const);
    const inColumn = points.filter(([x]) => Math.abs(x - between.x) < LAYOUT.cellWidth / 2);
    expect(inColumn.every(([, y]) => Math.abs(y - between.y) > CELL_HEIGHT / 2)).toBe(true);
    expect(points.at(0)).toEqual([from.x + LAYOUT.cellWidth / 2, from.y]);
    expect(points.at(-1)).toEqual([to.x - LAYOUT.cellWidth / 2, to.y]);
  });

  test("are the same in both directions", () => {
    const [left, right] = [cell("checkout", "2.0.0"), cell("payments", "3.0.0")];
    expect(linePath(LAYOUT, right, left, 0)).toBe(linePath(LAYOUT, left, right, 0));
  });
});

describe("the width of the columns", () => {
  const inputs = Array.from({ length: 12 }, (_, index) => ({ service: `s${index}`, versions: ["1.0.0", "1.1.0"], base: 0 }));

  test("as many columns as can be read fit into the room", () => {
    const layout = layOutSpace(inputs, 830);
    expect(layout.width).toBeLessThanOrEqual(830);
    expect(hiddenColumns(layout, 0, 830)).toEqual({ left: 0, right: 0 });
  });

  test("with room to spare they are no wider than need be", () => {
    expect(layOutSpace(inputs, 4_000).width).toBe(layOutSpace(inputs).width);
  });

  test("what does not fit is counted on its side, wherever the frame is scrolled to", () => {
    const layout = layOutSpace(inputs, 400);
    const shown = Math.floor((400 - 64) / layout.columnWidth);
    expect(hiddenColumns(layout, 0, 400).right).toBe(12 - shown);
    expect(hiddenColumns(layout, layout.width - 400, 400)).toEqual({ left: 12 - shown, right: 0 });
  });
});
