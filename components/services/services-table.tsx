"use client";

import {
  type ColumnDef,
  createSortedRowModel,
  rowSortingFeature,
  type SortingState,
  sortFns,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useMemo } from "react";
import { useTranslations } from "use-intl";
import { type ServiceFigures, sumFigures } from "@/components/live/service-figures.ts";
import { useLive, useLiveStore } from "@/components/live/use-live.ts";
import { classNames } from "@/components/ui/class-names.ts";
import { EmptyState } from "@/components/ui/states.tsx";
import type { Service } from "@/lib/client/index.ts";
import { fitsFilter, nextOrder, readOrder, SERVICE_COLUMNS, type ServiceColumn, type ServiceOrder } from "./service-order.ts";
import { ServiceRows } from "./service-rows.tsx";

interface Row {
  readonly service: Service;
  readonly figures: ServiceFigures;
}

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel(), sortFns });

/** A service of which nothing was measured yet. */
const UNMEASURED = { versions: [], whole: "unknown" } as const;

const columns: ColumnDef<typeof features, Row>[] = [
  { id: "name", accessorFn: (row) => row.service.name, sortFn: "basic" },
  { id: "split", accessorFn: (row) => row.service.versions.length, sortFn: "basic" },
  { id: "rps", accessorFn: (row) => row.figures.rps, sortFn: "basic" },
  { id: "errors", accessorFn: (row) => row.figures.errorRate ?? -1, sortFn: "basic" },
  { id: "p99", accessorFn: (row) => row.figures.p99Ms ?? -1, sortFn: "basic" },
  { id: "ready", accessorFn: (row) => row.figures.ready, sortFn: "basic" },
];

interface TableProps {
  readonly services: readonly Service[];
  readonly filter: string;
  /** A column's id, with "-" in front for descending. */
  readonly sort: string;
  readonly onSort: (sort: string) => void;
}

/** The order is taken when it is asked for and when services come or go, not with every figure: rows do not jump while they are read. */
export function ServicesTable({ services, filter, sort, onSort }: TableProps) {
  const t = useTranslations("services");
  const store = useLiveStore();
  const shape = useLive((state) => state.shape);
  const order = readOrder(sort);
  const measured = useMemo(() => {
    // The figures of this moment decide the order.
    void [shape, sort];
    return store.getState().services;
  }, [store, shape, sort]);
  const rows = useMemo<Row[]>(
    () =>
      services
        .filter((service) => fitsFilter(service, filter))
        .map((service) => ({ service, figures: sumFigures(measured.get(service.name) ?? UNMEASURED) })),
    [services, filter, measured],
  );
  const sorting = useMemo<SortingState>(() => [{ id: order.column, desc: order.isDescending }], [order.column, order.isDescending]);
  const table = useTable({ features, columns, data: rows, state: { sorting } });
  if (rows.length === 0) return <EmptyState title={t("filterNone", { text: filter })} />;
  return (
    <div className="overflow-x-auto">
      <table aria-label={t("table")} className="w-full min-w-[760px] table-fixed border-collapse">
        <colgroup>
          <col className="w-[24%]" />
          <col />
          <col className="w-[11%]" />
          <col className="w-[11%]" />
          <col className="w-[11%]" />
          <col className="w-[9%]" />
        </colgroup>
        <thead>
          <tr>
            {SERVICE_COLUMNS.map((column) => (
              <Heading key={column} column={column} order={order} onSort={onSort} />
            ))}
          </tr>
        </thead>
        {table.getRowModel().rows.map((row) => (
          <ServiceRows key={row.original.service.name} service={row.original.service} />
        ))}
      </table>
    </div>
  );
}

interface HeadingProps {
  readonly column: ServiceColumn;
  readonly order: ServiceOrder;
  readonly onSort: (sort: string) => void;
}

function Heading({ column, order, onSort }: HeadingProps) {
  const t = useTranslations("services");
  const common = useTranslations("common");
  const names: Record<ServiceColumn, string> = {
    name: common("service"),
    split: t("split"),
    rps: t("rps"),
    errors: common("errors"),
    p99: common("p99"),
    ready: common("ready"),
  };
  const isSorted = order.column === column;
  const isDescending = isSorted && order.isDescending;
  const isLeft = column === "name" || column === "split";
  return (
    <th
      scope="col"
      aria-sort={isSorted ? (isDescending ? "descending" : "ascending") : "none"}
      className={classNames("h-9 px-2 first:pl-4 last:pr-4", isLeft ? "text-left" : "text-right")}
    >
      <button
        type="button"
        title={t("sort", { column: names[column] })}
        onClick={() => onSort(nextOrder(column, order))}
        className={classNames(
          "inline-flex items-center gap-1 whitespace-nowrap rounded-1 text-xs font-[520]",
          isSorted ? "text-ink" : "text-ink-3 hover:text-ink-2",
        )}
      >
        {names[column]}
        {isSorted && (isDescending ? <ArrowDown aria-hidden className="size-3" /> : <ArrowUp aria-hidden className="size-3" />)}
      </button>
    </th>
  );
}
