import type { Service } from "@/lib/client/index.ts";

export const SERVICE_COLUMNS = ["name", "split", "rps", "errors", "p99", "ready"] as const;

export type ServiceColumn = (typeof SERVICE_COLUMNS)[number];

export interface ServiceOrder {
  readonly column: ServiceColumn;
  readonly isDescending: boolean;
}

/** The order that an address asks for: a column's id, with "-" in front for descending; by name where it is none. */
export function readOrder(text: string): ServiceOrder {
  const column = SERVICE_COLUMNS.find((each) => each === text.replace(/^-/, ""));
  return column === undefined ? { column: "name", isDescending: false } : { column, isDescending: text.startsWith("-") };
}

/** What pressing a column's heading asks for: names are sought from A on, figures from the worst on; pressed again, the other way round. */
export function nextOrder(column: ServiceColumn, present: ServiceOrder): string {
  if (present.column === column) return present.isDescending ? column : `-${column}`;
  return column === "name" ? column : `-${column}`;
}

/** Whether a service has every word of a filter in its name, hosts or versions, in whatever case. */
export function fitsFilter({ name, hosts, versions }: Pick<Service, "name" | "hosts" | "versions">, filter: string): boolean {
  const text = [name, ...hosts, ...versions.map(({ version }) => version)].join(" ").toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
