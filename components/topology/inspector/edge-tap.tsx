"use client";

import { useMemo, useState } from "react";
import { useTranslations } from "use-intl";
import { LockMark } from "@/components/security/lock-mark.tsx";
import type { TapRow } from "@/components/tap/tap-buffer.ts";
import { TapDrawer } from "@/components/tap/tap-drawer.tsx";
import { tapLink } from "@/components/tap/tap-filter.ts";
import { TapStatusLine } from "@/components/tap/tap-status-line.tsx";
import { clockOf, statusTone } from "@/components/tap/tap-text.ts";
import { useCodeMeaning } from "@/components/tap/use-code-meaning.ts";
import { useTap } from "@/components/tap/use-tap.ts";
import { Button, ButtonLink } from "@/components/ui/button.tsx";
import { formatMs } from "@/components/ui/format.ts";
import { EmptyState } from "@/components/ui/states.tsx";

/** The panel shows fewer than the page. */
const ROWS_MAX = 60;

/** Requests of the edge as they end. */
export function EdgeTap({ from, to }: { readonly from: string; readonly to: string }) {
  const t = useTranslations("tap");
  const query = useMemo(() => ({ caller: from, service: to }), [from, to]);
  const tap = useTap(query);
  const [opened, setOpened] = useState<TapRow | null>(null);
  const rows = tap.buffer.rows.filter(({ entry }) => entry.side === "caller").slice(0, ROWS_MAX);
  return (
    <>
      <TapStatusLine tap={tap} shown={rows.length}>
        <ButtonLink size="small" kind="ghost" href={tapLink({ caller: from, service: to })}>
          {t("all")}
        </ButtonLink>
        <Button size="small" onClick={tap.buffer.isPaused ? tap.resume : tap.pause}>
          {tap.buffer.isPaused ? t("resume", { n: tap.buffer.held.length }) : t("pause")}
        </Button>
      </TapStatusLine>
      {rows.length === 0 ? (
        <EmptyState title={tap.status.state === "live" ? t("none") : t("waiting")}>{t("noneDetail")}</EmptyState>
      ) : (
        <ol aria-label={t("table")}>
          {rows.map((row) => (
            <EdgeTapRow key={row.id} row={row} onOpen={() => setOpened(row)} />
          ))}
        </ol>
      )}
      {opened && <TapDrawer entry={opened.entry} fixed={{}} onClose={() => setOpened(null)} />}
    </>
  );
}

function EdgeTapRow({ row, onOpen }: { readonly row: TapRow; readonly onOpen: () => void }) {
  const t = useTranslations("tap");
  const meaningOf = useCodeMeaning();
  const { entry } = row;
  return (
    <li className="border-b border-line last:border-b-0">
      <button type="button" onClick={onOpen} className="grid w-full gap-x-2 px-4 py-1 text-left hover:bg-accent-soft">
        <span className="flex items-baseline gap-2">
          <span className="mono text-[11px] text-ink-3">{clockOf(entry.atMs)}</span>
          <span className="mono min-w-0 flex-1 truncate">
            <span className="strong">{entry.method}</span> {entry.path}
          </span>
          <LockMark
            lock={entry.encrypted ? "closed" : "open"}
            label={entry.encrypted ? t("encrypted") : t("plain")}
            className="self-center"
          />
          <span className={`w-9 text-right tabular-nums ${statusTone(entry.status)}`}>{entry.status === 0 ? t("gone") : entry.status}</span>
          <span className="w-[58px] text-right tabular-nums text-ink-2">{formatMs(entry.durationMs)}</span>
        </span>
        {entry.code !== null && <span className="truncate text-sm text-ink-2">{meaningOf(entry.code) ?? entry.code}</span>}
      </button>
    </li>
  );
}
