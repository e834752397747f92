"use client";

import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { useVersionEdges } from "@/components/live/use-edge.ts";
import { useTopologyService } from "@/components/live/use-service-figures.ts";
import { versionColor } from "@/components/live/use-version-color.ts";
import { formatWeight } from "@/components/ui/format.ts";
import { VersionSwatch } from "@/components/ui/version-swatch.tsx";
import type { CompatibilityMatrix } from "@/lib/client/index.ts";
import { boundsOf, type CellBounds } from "./cell-bounds.ts";
import { type CellMarks, MatrixCell } from "./matrix-cell.tsx";
import { pairParam } from "./matrix-link.ts";

const CELL_WIDTH_MAX = 136;
const CELL_WIDTH_MIN = 76;
const HEADER_WIDTH = 104;

/** Where a key leads, in rows and columns. */
const STEPS: Readonly<Record<string, readonly [row: number, column: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  Home: [0, Number.NEGATIVE_INFINITY],
  End: [0, Number.POSITIVE_INFINITY],
  PageUp: [Number.NEGATIVE_INFINITY, 0],
  PageDown: [Number.POSITIVE_INFINITY, 0],
};

interface MatrixGridProps {
  readonly matrix: CompatibilityMatrix;
  readonly pair: string | null;
  readonly onPair: (pair: string) => void;
}

/** The pairs of an edge as a grid: provider versions from left to right, consumer versions from bottom to top. One cell is in the tab order; arrows move it. */
export function MatrixGrid({ matrix, pair, onPair }: MatrixGridProps) {
  const t = useTranslations("compatibility.matrix");
  const { consumer, provider, providerVersions } = matrix;
  const isAmongItself = consumer === provider;
  const rows = matrix.consumerVersions.toReversed();
  const frame = useRef<HTMLTableElement>(null);
  const [reached, setReached] = useState<string | null>(null);
  const edges = useVersionEdges(consumer, provider);
  const flows = new Map(edges.map((edge) => [pairParam(edge.from.version ?? "", edge.to.version ?? ""), edge]));
  const cells = new Map(matrix.cells.map((cell) => [pairParam(cell.consumerVersion, cell.providerVersion), cell]));
  const marksOf = useMarks(matrix);
  const firstKey = pairParam(rows[0] ?? "", providerVersions[0] ?? "");
  const inTabOrder = [reached, pair, firstKey].find((key) => key !== null && cells.has(key));

  const move = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    const cell = cells.get(inTabOrder ?? "");
    if (!step || !cell) return;
    event.preventDefault();
    const row = clamp(rows.indexOf(cell.consumerVersion) + step[0], rows.length);
    const column = clamp(providerVersions.indexOf(cell.providerVersion) + step[1], providerVersions.length);
    const key = pairParam(rows[row] ?? "", providerVersions[column] ?? "");
    setReached(key);
    frame.current?.querySelector<HTMLElement>(`[data-pair="${CSS.escape(key)}"]`)?.focus();
  };
  return (
    <div className="-m-1 overflow-x-auto p-1">
      <table
        ref={frame}
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table with role grid is how the ARIA practices build a data grid
        role="grid"
        aria-label={t("label", { consumer, provider })}
        onKeyDown={move}
        className="w-full table-fixed border-separate border-spacing-1.5"
        style={{
          minWidth: HEADER_WIDTH + providerVersions.length * CELL_WIDTH_MIN,
          maxWidth: HEADER_WIDTH + providerVersions.length * CELL_WIDTH_MAX,
        }}
      >
        <thead>
          <tr>
            <td style={{ width: HEADER_WIDTH }} />
            {providerVersions.map((version) => (
              <th key={version} scope="col" className="pb-1 align-bottom font-normal">
                <VersionHead service={provider} version={version} versions={providerVersions} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((version) => (
            <tr key={version}>
              <th scope="row" className="sticky left-0 z-10 bg-panel pr-2 text-right font-normal">
                <VersionHead service={consumer} version={version} versions={matrix.consumerVersions} atEnd />
              </th>
              {providerVersions.map((providerVersion) => {
                const key = pairParam(version, providerVersion);
                const cell = cells.get(key);
                // A version of a service with itself is no pair.
                if (!cell || (isAmongItself && version === providerVersion)) return <td key={key} />;
                return (
                  <MatrixCell
                    key={key}
                    pairKey={key}
                    consumer={consumer}
                    provider={provider}
                    cell={isAmongItself ? { ...cell, inferred: null } : cell}
                    marks={marksOf(key)}
                    rps={flows.get(key)?.rps ?? 0}
                    isOpen={key === pair}
                    isInTabOrder={key === inTabOrder}
                    onReach={() => setReached(key)}
                    onOpen={() => onPair(key)}
                  />
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What the edge says of a cell. Versions of one service among themselves know no older and newer side, so nothing is drawn from their order. */
function useMarks(matrix: CompatibilityMatrix): (key: string) => CellMarks {
  return useMemo(() => {
    const { consumer, contradictions, exceptions, nextTest, provider } = matrix;
    const isAmongItself = consumer === provider;
    const bounds: ReadonlyMap<string, CellBounds> = isAmongItself ? new Map() : boundsOf(matrix);
    const excepted = new Set(exceptions.map((cell) => pairParam(cell.consumerVersion, cell.providerVersion)));
    const contradicted = new Set(contradictions.map((each) => pairParam(each.consumer.version, each.provider.version)));
    const next = nextTest === null || isAmongItself ? null : pairParam(nextTest.consumerVersion, nextTest.providerVersion);
    return (key) => ({
      bounds: bounds.get(key),
      isException: !isAmongItself && excepted.has(key),
      isNextTest: key === next,
      isContradicted: contradicted.has(key),
    });
  }, [matrix]);
}

function clamp(position: number, count: number): number {
  return Math.min(count - 1, Math.max(0, position));
}

interface HeadProps {
  readonly service: string;
  readonly version: string;
  readonly versions: readonly string[];
  readonly atEnd?: boolean;
}

/** A version with its colour, and its part of the split where it has one. */
function VersionHead({ service, version, versions, atEnd }: HeadProps) {
  const t = useTranslations("compatibility.matrix");
  const weightBp = useTopologyService(service)?.versions.find((lane) => lane.version === version)?.weightBp ?? 0;
  return (
    <span className={`inline-grid max-w-full gap-px ${atEnd ? "justify-items-end" : "justify-items-center"}`}>
      <span className="flex max-w-full items-center gap-1.5">
        <VersionSwatch colour={versionColor(versions, version)} className="h-3" />
        <span className="truncate font-mono text-[12px] text-ink-2" title={version}>
          {version}
        </span>
      </span>
      {(weightBp > 0 || !atEnd) && (
        <span className="h-4 text-2xs text-ink-3" title={weightBp > 0 ? t("weight", { weight: formatWeight(weightBp) }) : undefined}>
          {weightBp > 0 ? formatWeight(weightBp) : ""}
        </span>
      )}
    </span>
  );
}
