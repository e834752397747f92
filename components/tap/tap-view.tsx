"use client";

import { useCallback, useEffect, useState } from "react";
import { useTranslations } from "use-intl";
import { problemsByPath } from "@/components/services/problems-by-path.ts";
import { Card } from "@/components/shell/page.tsx";
import { Button } from "@/components/ui/button.tsx";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import { useUrlState } from "@/components/ui/use-url-state.ts";
import type { TapRow } from "./tap-buffer.ts";
import { TapDrawer } from "./tap-drawer.tsx";
import { filterOfUrl, NO_FILTER, queryOfFilter, TAP_PARTS, type TapFilter, type TapPart, urlOfFilter } from "./tap-filter.ts";
import { TapFilterForm } from "./tap-filter-form.tsx";
import { TapStatusLine } from "./tap-status-line.tsx";
import { TapTable } from "./tap-table.tsx";
import { useTap } from "./use-tap.ts";

/** As long as somebody types no new tap is opened. */
const PAUSE_MS = 350;

interface TapViewProps {
  /** Parts of the filter that the place of the tap says, such as the service on its page. Must keep its identity. */
  readonly fixed: Partial<TapFilter>;
}

/** The filter as a form, and the requests that pass it, newest on top. The filter is in the address. */
export function TapView({ fixed }: TapViewProps) {
  const t = useTranslations("tap");
  const [params, setParams] = useUrlState();
  const [filter, setFilter] = useState(() => filterOfUrl(params, fixed));
  const [asked, setAsked] = useState(filter);
  const [opened, setOpened] = useState<TapRow | null>(null);
  const isBoth = params.get("sides") === "both";
  useEffect(() => {
    const timer = setTimeout(() => {
      setAsked(filter);
      setParams(urlOfFilter(filter, fixed));
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [filter, fixed, setParams]);
  const tap = useTap(queryOfFilter(asked));
  const problems = problemsByPath(tap.status.state === "refused" ? tap.status.problem : null, TAP_PARTS);
  const set = useCallback((part: TapPart, text: string) => setFilter((before) => ({ ...before, [part]: text })), []);
  const rows = isBoth ? tap.buffer.rows : tap.buffer.rows.filter(({ entry }) => entry.side === "caller");
  return (
    <Card flush className="flex flex-col">
      <TapFilterForm
        filter={filter}
        fixed={fixed}
        problems={problems}
        onChange={set}
        onClear={() => setFilter({ ...NO_FILTER, ...fixed })}
      />
      <TapStatusLine tap={tap} shown={rows.length}>
        <label className="flex items-center gap-1.5 whitespace-nowrap text-sm text-ink-2" title={t("bothHint")}>
          <input
            type="checkbox"
            className="accent-accent"
            checked={isBoth}
            onChange={(event) => setParams({ sides: event.target.checked ? "both" : "" })}
          />
          {t("both")}
        </label>
        <Button size="small" kind="ghost" onClick={tap.clear} whyNot={tap.buffer.rows.length === 0 ? t("nothingToClear") : null}>
          {t("clearRows")}
        </Button>
        <Button size="small" onClick={tap.buffer.isPaused ? tap.resume : tap.pause} className="min-w-[92px]">
          {tap.buffer.isPaused ? t("resume", { n: tap.buffer.held.length }) : t("pause")}
        </Button>
      </TapStatusLine>
      {problems.rest && (
        <div className="px-4 pb-4">
          <ProblemList error={problems.rest} />
        </div>
      )}
      <TapTable rows={rows} openId={opened?.id ?? null} onOpen={setOpened} isIdle={tap.status.state === "live"} withSide={isBoth} />
      {opened && (
        <TapDrawer entry={opened.entry} onClose={() => setOpened(null)} onNarrow={(part, text) => set(part, text)} fixed={fixed} />
      )}
    </Card>
  );
}
