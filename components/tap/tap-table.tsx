"use client";

import { memo } from "react";
import { useTranslations } from "use-intl";
import { LockMark } from "@/components/security/lock-mark.tsx";
import { classNames } from "@/components/ui/class-names.ts";
import { formatMs } from "@/components/ui/format.ts";
import { InstanceName } from "@/components/ui/instance-name.tsx";
import { EmptyState } from "@/components/ui/states.tsx";
import { Table, Td, Th } from "@/components/ui/table.tsx";
import type { TapEntry } from "@/lib/client/index.ts";
import type { TapRow } from "./tap-buffer.ts";
import { clockOf, statusTone } from "./tap-text.ts";
import { useCodeMeaning } from "./use-code-meaning.ts";

interface TapTableProps {
  readonly rows: readonly TapRow[];
  readonly openId: number | null;
  readonly onOpen: (row: TapRow) => void;
  /** The tap is open and nothing fits yet. */
  readonly isIdle: boolean;
  /** Whether it is said which proxy wrote the line. */
  readonly withSide: boolean;
}

/** Requests, newest on top; each row opens. */
export function TapTable({ rows, openId, onOpen, isIdle, withSide }: TapTableProps) {
  const t = useTranslations("tap");
  const common = useTranslations("common");
  if (rows.length === 0) return <EmptyState title={isIdle ? t("none") : t("waiting")}>{t("noneDetail")}</EmptyState>;
  return (
    <Table label={t("table")} className="table-fixed">
      <thead>
        <tr>
          <Th left className="w-[106px]">
            {t("column.time")}
          </Th>
          <Th left className="w-[29%] max-[1280px]:w-[32%]">
            {t("column.who")}
          </Th>
          <Th left className="w-[20%]">
            {t("column.request")}
          </Th>
          <Th className="w-[58px]">{t("column.status")}</Th>
          <Th className="w-[74px]">{t("column.duration")}</Th>
          <Th left>{t("column.code")}</Th>
          <Th left className="w-[192px] max-[1420px]:hidden">
            {common("instance")}
          </Th>
          <Th className="w-[42px]">
            <span className="sr-only">{t("column.lock")}</span>
          </Th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <TapTableRow key={row.id} row={row} isOpen={row.id === openId} onOpen={onOpen} withSide={withSide} />
        ))}
      </tbody>
    </Table>
  );
}

interface TapTableRowProps {
  readonly row: TapRow;
  readonly isOpen: boolean;
  readonly onOpen: (row: TapRow) => void;
  readonly withSide: boolean;
}

const TapTableRow = memo(function TapTableRow({ row, isOpen, onOpen, withSide }: TapTableRowProps) {
  const t = useTranslations("tap");
  const meaningOf = useCodeMeaning();
  const { entry } = row;
  return (
    <tr className={classNames("relative [&>td]:h-7 [&>td]:py-1 hover:bg-accent-soft", isOpen && "bg-accent-soft")}>
      <Td left>
        {/* The button lies over the whole row, so that the row opens by pointer and by keyboard. */}
        <button type="button" onClick={() => onOpen(row)} className="mono whitespace-nowrap text-ink-2 after:absolute after:inset-0">
          {clockOf(entry.atMs)}
        </button>
      </Td>
      <Td left>
        <span className="flex items-baseline gap-1.5 whitespace-nowrap">
          <Ends entry={entry} />
          {withSide && entry.side === "callee" && <span className="text-xs text-ink-3">{t("atCallee")}</span>}
          {entry.mirror && <span className="text-xs text-accent">{t("mirrored")}</span>}
        </span>
      </Td>
      <Td left className="mono truncate" title={`${entry.method} ${entry.path}`}>
        <span className="strong">{entry.method}</span> {entry.path}
      </Td>
      <Td className={statusTone(entry.status)}>{entry.status === 0 ? t("gone") : entry.status}</Td>
      <Td className="whitespace-nowrap">{formatMs(entry.durationMs)}</Td>
      <Td left className="truncate text-ink-2" title={entry.code ?? undefined}>
        {entry.code === null ? (
          entry.attempts > 1 ? (
            <span className="text-ink-3">{t("attempts", { n: entry.attempts })}</span>
          ) : null
        ) : (
          (meaningOf(entry.code) ?? <span className="mono">{entry.code}</span>)
        )}
      </Td>
      <Td left className="mono text-ink-3 max-[1420px]:hidden">
        {entry.instance === null ? "–" : <InstanceName id={entry.instance} />}
      </Td>
      <Td>
        <span className="inline-flex">
          <LockMark lock={entry.encrypted ? "closed" : "open"} label={entry.encrypted ? t("encrypted") : t("plain")} className="size-3" />
        </span>
      </Td>
    </tr>
  );
});

/** `checkout 1.4.0 → payments 2.1.0`; where room is short the names are cut, never the versions. */
export function Ends({ entry }: { readonly entry: Pick<TapEntry, "caller" | "callee"> }) {
  return (
    <span className="inline-flex min-w-0 items-baseline gap-x-1">
      <End {...entry.caller} /> <span className="shrink-0 text-ink-3">→</span> <End {...entry.callee} />
    </span>
  );
}

function End({ service, version }: TapEntry["caller"]) {
  return (
    <span className="inline-flex min-w-0 items-baseline" title={version === null ? service : `${service} ${version}`}>
      <span className="truncate">{service}</span>
      {version !== null && <span className="mono shrink-0 whitespace-pre text-ink-3"> {version}</span>}
    </span>
  );
}
