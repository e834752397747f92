/** Sizes in pixels. */
export const CELL_HEIGHT = 30;
/** Few services have room to breathe, of many more are in view at once. */
const COLUMN_WIDE = 134;
const COLUMN = 114;
const WIDE_MAX = 6;
/** As narrow as a version in its cell can be read. */
const COLUMN_MIN = 62;
/** Between the cells of neighbours, for the lines: of the narrowest and of the widest columns. */
const GAP = { narrow: 12, wide: 32 };
/** In narrower columns the names of the services take turns on two lines. */
const STAGGERED_BELOW = 100;
/** Beside the last column. */
const END_WIDTH = 6;
const ROW_HEIGHT = 54;
/** Beside the columns: what is newer and what is older. */
export const GUTTER_WIDTH = 64;
export const HEAD_HEIGHT = 44;
const FOOT_HEIGHT = 18;

/** A service with its versions, lowest first, and the place of the one that the others stand above and below of. */
export interface ColumnInput {
  readonly service: string;
  readonly versions: readonly string[];
  readonly base: number;
}

export interface PlacedCell {
  readonly service: string;
  readonly version: string;
  /** From the top and from the left, from 0. */
  readonly row: number;
  readonly column: number;
  /** Centre. */
  readonly x: number;
  readonly y: number;
}

export interface PlacedColumn {
  readonly service: string;
  readonly x: number;
  /** Newest first. */
  readonly cells: readonly PlacedCell[];
}

export interface SpaceLayout {
  readonly columns: readonly PlacedColumn[];
  /** By row, left to right. */
  readonly rows: readonly (readonly PlacedCell[])[];
  readonly width: number;
  readonly height: number;
  readonly cellWidth: number;
  readonly columnWidth: number;
  /** Neighbours' names stand on different lines, so that each has room for two columns. */
  readonly isStaggered: boolean;
  /** Middle of the row on which the bases stand. */
  readonly baseY: number;
  find(service: string, version: string): PlacedCell | undefined;
}

/**
 * Versions as cells on an axis per service, newest on top; what most requests go to now stands on one row in all columns. Columns are as narrow as it takes
 * to get them all into `room` pixels, and no narrower than a version can be read.
 */
export function layOutSpace(inputs: readonly ColumnInput[], room = Number.POSITIVE_INFINITY): SpaceLayout {
  const above = Math.max(0, ...inputs.map(({ base, versions }) => versions.length - 1 - base));
  const below = Math.max(0, ...inputs.map(({ base }) => base));
  const size = sizeFor(inputs.length, room);
  const columns = inputs.map(({ base, service, versions }, column): PlacedColumn => {
    const x = GUTTER_WIDTH + column * size.column + size.column / 2;
    const cells = versions.map((version, position): PlacedCell => {
      const row = above + base - position;
      return { service, version, row, column, x, y: rowY(row) };
    });
    return { service, x, cells: cells.toReversed() };
  });
  const byRow = Map.groupBy(
    columns.flatMap(({ cells }) => cells),
    ({ row }) => row,
  );
  const known = new Map(columns.flatMap(({ cells }) => cells.map((cell) => [cellKey(cell.service, cell.version), cell])));
  return {
    columns,
    rows: Array.from({ length: above + below + 1 }, (_, row) => byRow.get(row) ?? []),
    width: GUTTER_WIDTH + inputs.length * size.column + END_WIDTH,
    cellWidth: size.cell,
    columnWidth: size.column,
    isStaggered: size.column < STAGGERED_BELOW,
    height: rowY(above + below) + ROW_HEIGHT / 2 + FOOT_HEIGHT,
    baseY: rowY(above),
    find: (service, version) => known.get(cellKey(service, version)),
  };
}

function sizeFor(count: number, room: number): { readonly cell: number; readonly column: number } {
  const wanted = count > WIDE_MAX ? COLUMN : COLUMN_WIDE;
  const fitting = Math.floor((room - GUTTER_WIDTH - END_WIDTH) / Math.max(1, count));
  const column = Math.max(COLUMN_MIN, Math.min(wanted, fitting));
  const part = (column - COLUMN_MIN) / (COLUMN_WIDE - COLUMN_MIN);
  return { column, cell: column - Math.round(GAP.narrow + part * (GAP.wide - GAP.narrow)) };
}

/** How many columns a scrolled frame does not show whole, on either side. */
export function hiddenColumns(
  { cellWidth, columns }: Pick<SpaceLayout, "cellWidth" | "columns">,
  scrolled: number,
  room: number,
): { readonly left: number; readonly right: number } {
  const half = cellWidth / 2;
  return {
    left: columns.filter(({ x }) => x - half < scrolled + GUTTER_WIDTH).length,
    right: columns.filter(({ x }) => x + half > scrolled + room + 1).length,
  };
}

function rowY(row: number): number {
  return HEAD_HEIGHT + row * ROW_HEIGHT + ROW_HEIGHT / 2;
}

function cellKey(service: string, version: string): string {
  return `${service}@${version}`;
}

/** Where a key leads from a cell; the cell itself where there is nothing further. */
export function stepFrom(layout: SpaceLayout, from: PlacedCell, key: string): PlacedCell | null {
  const column = layout.columns[from.column];
  if (column === undefined) return null;
  const index = column.cells.findIndex(({ version }) => version === from.version);
  if (key === "ArrowUp") return column.cells[index - 1] ?? from;
  if (key === "ArrowDown") return column.cells[index + 1] ?? from;
  if (key === "PageUp") return column.cells[0] ?? from;
  if (key === "PageDown") return column.cells.at(-1) ?? from;
  const target = { ArrowLeft: from.column - 1, ArrowRight: from.column + 1, Home: 0, End: layout.columns.length - 1 }[key];
  return target === undefined ? null : (nearestRow(layout.columns[target], from.row) ?? from);
}

function nearestRow(column: PlacedColumn | undefined, row: number): PlacedCell | undefined {
  return column?.cells.toSorted((left, right) => Math.abs(left.row - row) - Math.abs(right.row - row))[0];
}

type LineEnd = Pick<PlacedCell, "x" | "y" | "column">;

/** The way of a line between two cells: along the free space between columns and rows, so that it never runs through a cell on its way. */
export function linePath({ cellWidth, columnWidth }: SpaceLayout, from: LineEnd, to: LineEnd, spread: number): string {
  const [left, right] = from.column <= to.column ? [from, to] : [to, from];
  const startX = left.x + cellWidth / 2;
  const endX = right.x - cellWidth / 2;
  if (right.column === left.column) return arc(startX, left.y, right.y);
  if (right.column - left.column === 1) {
    const bend = (endX - startX) / 2 + 4;
    return `M${startX} ${left.y}C${startX + bend} ${left.y} ${endX - bend} ${right.y} ${endX} ${right.y}`;
  }
  const gap = (columnWidth - cellWidth) / 2;
  const side = left.y < right.y ? -1 : 1;
  const lane = right.y + side * (ROW_HEIGHT / 2) + spread * 7;
  const aside = spread * Math.min(6, gap * 0.5);
  const [outX, inX] = [startX + gap + aside, endX - gap + aside];
  return rounded([
    [startX, left.y],
    [outX, left.y],
    [outX, lane],
    [inX, lane],
    [inX, right.y],
    [endX, right.y],
  ]);
}

function arc(x: number, fromY: number, toY: number): string {
  return `M${x} ${fromY}C${x + 22} ${fromY} ${x + 22} ${toY} ${x} ${toY}`;
}

/** Straight pieces with round corners. */
function rounded(points: readonly (readonly [number, number])[]): string {
  const parts = points.map(([x, y], index) => {
    const before = points[index - 1];
    const after = points[index + 1];
    if (before === undefined) return `M${x} ${y}`;
    if (after === undefined) return `L${x} ${y}`;
    const radius = Math.min(9, length([x, y], before) / 2, length([x, y], after) / 2);
    const [inX, inY] = towards([x, y], before, radius);
    const [outX, outY] = towards([x, y], after, radius);
    return `L${inX} ${inY}Q${x} ${y} ${outX} ${outY}`;
  });
  return parts.join("");
}

function length([x, y]: readonly [number, number], [toX, toY]: readonly [number, number]): number {
  return Math.hypot(toX - x, toY - y);
}

function towards(from: readonly [number, number], to: readonly [number, number], distance: number): [number, number] {
  const total = length(from, to) || 1;
  return [from[0] + ((to[0] - from[0]) / total) * distance, from[1] + ((to[1] - from[1]) / total) * distance];
}
