import type { Paint } from "./paint.ts";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

/** A text, or a text with a colour, which takes no room. */
export type Cell = string | { readonly text: string; readonly colour: keyof Paint };

/** Rows under their titles, columns aligned and two spaces apart, no white space at the ends of lines. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly Cell[])[], paint: Paint): string {
  const textOf = (cell: Cell | undefined) => (typeof cell === "object" ? cell.text : (cell ?? ""));
  const widths = columns.map(({ title }, index) => Math.max(title.length, ...rows.map((row) => textOf(row[index]).length)));
  const line = (cells: readonly Cell[]) =>
    columns
      .map(({ align }, index) => {
        const cell = cells[index];
        const text = textOf(cell);
        const painted = typeof cell === "object" ? paint[cell.colour](text) : text;
        const room = " ".repeat((widths[index] ?? 0) - text.length);
        if (align === "right") return room + painted;
        return index === columns.length - 1 ? painted : painted + room;
      })
      .join("  ")
      .trimEnd();
  const titles = columns.map(({ title }): Cell => ({ text: title, colour: "dim" }));
  return [titles, ...rows].map(line).join("\n");
}
