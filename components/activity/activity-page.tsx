"use client";

import { useState } from "react";
import { useTranslations } from "use-intl";
import { Card, Page } from "@/components/shell/page.tsx";
import { Button } from "@/components/ui/button.tsx";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { quote } from "@/components/ui/quote.ts";
import { EmptyState, ErrorState, SkeletonRows } from "@/components/ui/states.tsx";
import { useUrlState } from "@/components/ui/use-url-state.ts";
import type { Change } from "@/lib/client/index.ts";
import { ActivityFilters, type Filters, fits, readFilters } from "./activity-filters.tsx";
import { ChangeDetail } from "./change-detail.tsx";
import { ChangeRow } from "./change-row.tsx";
import { HealthEvents } from "./health-events.tsx";
import { undoneBy } from "./undone-by.ts";
import { useChanges } from "./use-changes.ts";

/** Who did what, when and why, before and after; each reversible entry can be taken back. */
export function ActivityPage() {
  const t = useTranslations("activity");
  const [params, setParams] = useUrlState();
  const filters = readFilters(params);
  const { changes, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useChanges(filters.service);
  const [heldSeq, setHeldSeq] = useState<number | null>(null);
  const fitting = (changes ?? []).filter((change) => fits(change, filters));
  const shown = heldSeq === null ? fitting : fitting.filter((change) => change.seq <= heldSeq);
  const chosen = params.get("change");
  return (
    <Page
      title={t("title")}
      aside={<span className="text-ink-2">{t("aside")}</span>}
      command={
        <CopyCommand
          command={{
            cli: `interlock events${filters.service === "" ? "" : ` --service ${quote(filters.service)}`}`,
            method: "GET",
            path: `/api/v1/changes${filters.service === "" ? "" : `?service=${filters.service}`}`,
          }}
        />
      }
    >
      <ActivityFilters
        filters={filters}
        changes={changes ?? []}
        onChange={setParams}
        isFollowing={heldSeq === null}
        onFollow={(follow) => setHeldSeq(follow ? null : (changes?.[0]?.seq ?? 0))}
      />
      <div className="grid items-start gap-4 min-[1180px]:grid-cols-[minmax(0,1fr)_minmax(340px,440px)]">
        <Card flush>
          {heldSeq !== null && fitting.length > shown.length && (
            <button
              type="button"
              onClick={() => setHeldSeq(null)}
              className="w-full border-b border-line bg-accent-soft py-1.5 text-sm font-[560] text-accent"
            >
              {t("newer", { n: fitting.length - shown.length })}
            </button>
          )}
          <ChangeList
            changes={changes === null ? null : shown}
            undone={undoneBy(changes ?? [])}
            error={error}
            onRetry={() => void refetch()}
            filters={filters}
            chosen={chosen}
            onChoose={(id) => setParams({ change: id })}
            onClear={() => setParams(NO_FILTERS)}
          />
          {changes !== null && changes.length > 0 && (
            <div className="flex justify-center border-t border-line py-2 text-sm text-ink-3">
              {hasNextPage ? (
                <Button kind="ghost" size="small" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                  {t("older")}
                </Button>
              ) : (
                <span className="py-[3px]">{t("noOlder")}</span>
              )}
            </div>
          )}
        </Card>
        <div className="grid gap-4 min-[1180px]:sticky min-[1180px]:top-0">
          <ChangeDetail id={chosen} loaded={changes ?? []} />
          <HealthEvents />
        </div>
      </div>
    </Page>
  );
}

const NO_FILTERS = { service: "", author: "", kind: "", q: "" };

interface ListProps {
  readonly changes: readonly Change[] | null;
  /** The change that took back, by the one that it took back; also where the filters hide it. */
  readonly undone: ReadonlyMap<string, string>;
  readonly error: unknown;
  readonly onRetry: () => void;
  readonly filters: Filters;
  readonly chosen: string | null;
  readonly onChoose: (id: string) => void;
  readonly onClear: () => void;
}

function ChangeList({ changes, undone, error, onRetry, filters, chosen, onChoose, onClear }: ListProps) {
  const t = useTranslations("activity");
  if (changes === null) {
    if (error) return <ErrorState error={error} onRetry={onRetry} />;
    return <SkeletonRows count={8} />;
  }
  if (changes.length === 0) {
    const isFiltered = Object.values(filters).some((value) => value !== "");
    if (!isFiltered) return <EmptyState title={t("empty")}>{t("emptyDetail")}</EmptyState>;
    return <EmptyState title={t("emptyFiltered")} actions={<Button onClick={onClear}>{t("clear")}</Button>} />;
  }
  return (
    <ol>
      {changes.map((change) => (
        <ChangeRow
          key={change.id}
          change={change}
          undoneBy={undone.get(change.id) ?? null}
          isChosen={change.id === chosen}
          onChoose={() => onChoose(change.id)}
        />
      ))}
    </ol>
  );
}
