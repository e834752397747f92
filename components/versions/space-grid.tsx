"use client";

import Link from "next/link";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { versionColor } from "@/components/live/use-version-color.ts";
import { classNames } from "@/components/ui/class-names.ts";
import type { Service } from "@/lib/client/index.ts";
import type { KnownSpace } from "./known-space.ts";
import { type Pins, type Ref, refText, togglePin, withoutPin } from "./pins.ts";
import { SpaceCellBox } from "./space-cell-box.tsx";
import type { Mark, SpaceCells } from "./space-cells.ts";
import { HEAD_HEIGHT, type PlacedCell, type SpaceLayout, stepFrom } from "./space-layout.ts";
import { SpaceLineLayer } from "./space-line-layer.tsx";
import { spaceLines } from "./space-lines.ts";
import { SpaceTip } from "./space-tip.tsx";

interface GridProps {
  readonly layout: SpaceLayout;
  readonly known: KnownSpace;
  readonly space: SpaceCells;
  readonly services: readonly Service[];
  readonly pins: Pins;
  readonly mark: Mark | null;
  readonly onPins: (pins: Pins) => void;
  /** A version was pointed at, or reached with the keyboard. */
  readonly onShow: (ref: Ref) => void;
}

/** The space as a grid: services from left to right, versions from new to old. One cell is in the tab order; arrows move it, Enter pins, Escape unpins. */
export function SpaceGrid({ known, layout, mark, onPins, onShow, pins, services, space }: GridProps) {
  const t = useTranslations("versions.grid");
  const frame = useRef<HTMLTableElement>(null);
  const [reached, setReached] = useState<string | null>(null);
  const [hovered, setHovered] = useState<string | null>(null);
  const [focused, setFocused] = useState<string | null>(null);
  const pointed = hovered ?? focused;
  const first = layout.columns[0]?.cells[0];
  const inTabOrder = placeOf(layout, reached) ?? first;
  const pointedPlace = placeOf(layout, pointed);
  const pointedCell = pointed === null ? undefined : space.cells.get(pointed);

  const asked = pointed ?? "";
  const lines = useMemo(() => {
    const ref = space.cells.get(asked);
    const questions = ref === undefined ? [...pins].map(([service, version]) => ({ service, version })) : [ref];
    return spaceLines(known, space.cells, questions);
  }, [asked, known, pins, space]);

  const onKey = (event: KeyboardEvent) => {
    if (inTabOrder === undefined || event.metaKey || event.ctrlKey || event.altKey) return;
    if (event.key === "Escape" && pins.size > 0) {
      event.preventDefault();
      const service = pins.has(inTabOrder.service) ? inTabOrder.service : [...pins.keys()].at(-1);
      onPins(withoutPin(pins, service ?? ""));
      return;
    }
    const next = stepFrom(layout, inTabOrder, event.key);
    if (next === null) return;
    event.preventDefault();
    setHovered(null);
    setReached(refText(next));
    frame.current?.querySelector<HTMLElement>(`[data-cell="${CSS.escape(refText(next))}"]`)?.focus();
  };
  const firstPin = useRef(placeOf(layout, [...pins].map(([service, version]) => refText({ service, version }))[0] ?? null));
  useEffect(() => {
    // Only the picture is scrolled: `scrollIntoView` would move the page under it too.
    const scroller = frame.current?.closest("[data-scroller]");
    if (scroller && firstPin.current !== undefined) scroller.scrollLeft = firstPin.current.x - scroller.clientWidth / 2;
  }, []);
  const byName = new Map(services.map((service) => [service.name, service]));
  return (
    <div className="relative" style={{ width: layout.width, height: layout.height }}>
      <Gutter layout={layout} />
      <SpaceLineLayer layout={layout} lines={lines} isAsking={pointed !== null || pins.size > 0} />
      <table
        ref={frame}
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table with role grid is how the ARIA practices build a data grid
        role="grid"
        aria-label={t("label")}
        aria-colcount={layout.columns.length}
        onKeyDown={onKey}
        className="absolute inset-0 block"
      >
        <GridHead layout={layout} />
        <tbody className="contents">
          {layout.rows.map((cells) => (
            <tr key={cells[0]?.row ?? -1} className="contents">
              {cells.map((place) => {
                const key = refText(place);
                const cell = space.cells.get(key);
                const service = byName.get(place.service);
                if (cell === undefined) return null;
                return (
                  <SpaceCellBox
                    key={key}
                    cell={cell}
                    place={place}
                    width={layout.cellWidth}
                    mark={mark}
                    colour={versionColor(service?.versions.map((each) => each.version) ?? [], place.version)}
                    weightBp={service?.versions.find((each) => each.version === place.version)?.weightBp ?? 0}
                    isInTabOrder={inTabOrder !== undefined && refText(inTabOrder) === key}
                    onPin={() => onPins(togglePin(pins, cell))}
                    onPoint={(isPointed) => {
                      setHovered(isPointed ? key : null);
                      if (isPointed) onShow(cell);
                    }}
                    onFocus={(isByKey) => {
                      setReached(key);
                      setFocused(isByKey ? key : null);
                      if (isByKey) onShow(cell);
                    }}
                    onBlur={() => setFocused(null)}
                  />
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {pointedCell !== undefined && pointedPlace !== undefined && pointedCell.state !== "possible" && pointedCell.state !== "pinned" && (
        <SpaceTip cell={pointedCell} place={pointedPlace} layout={layout} pins={pins} />
      )}
    </div>
  );
}

/** The services, in view while the versions are scrolled. */
function GridHead({ layout }: { readonly layout: SpaceLayout }) {
  return (
    <thead className="sticky top-0 z-20 block bg-panel" style={{ height: HEAD_HEIGHT }}>
      <tr className="contents">
        {layout.columns.map(({ service, x }, column) => (
          <th
            key={service}
            scope="col"
            aria-colindex={column + 1}
            className={classNames(
              "absolute -translate-x-1/2 truncate text-center transition-[left] duration-180",
              layout.isStaggered && column % 2 === 0 ? "bottom-[22px]" : "bottom-1",
            )}
            style={{ left: x, maxWidth: layout.columnWidth * (layout.isStaggered ? 2 : 1) - 6 }}
          >
            <Link
              href={`/services/${encodeURIComponent(service)}`}
              title={service}
              tabIndex={-1}
              className="text-sm font-[560] text-ink-2 hover:text-ink hover:underline"
            >
              {service}
            </Link>
          </th>
        ))}
      </tr>
    </thead>
  );
}

function placeOf(layout: SpaceLayout, key: string | null): PlacedCell | undefined {
  const at = key?.indexOf("@") ?? -1;
  return key === null || at === -1 ? undefined : layout.find(key.slice(0, at), key.slice(at + 1));
}

/** Beside the columns, always in view: which way is newer. */
function Gutter({ layout }: { readonly layout: SpaceLayout }) {
  const t = useTranslations("versions.grid");
  const top = layout.baseY - HEAD_HEIGHT;
  const hasNewer = (layout.rows[0]?.[0]?.y ?? layout.baseY) < layout.baseY;
  const hasOlder = (layout.rows.at(-1)?.[0]?.y ?? layout.baseY) > layout.baseY;
  return (
    <div aria-hidden className="sticky left-0 z-10 h-0 w-[64px]">
      <div
        className="absolute left-0 w-full bg-[linear-gradient(to_right,var(--panel)_80%,transparent)]"
        style={{ top: HEAD_HEIGHT, height: layout.height - HEAD_HEIGHT }}
      >
        {hasNewer && (
          <span className="absolute left-3 text-xs text-ink-3" style={{ top: top - 62 }}>
            {t("newer")} ↑
          </span>
        )}
        <span className="absolute left-3 text-xs strong text-ink-2" style={{ top: top - 8 }}>
          {t("live")}
        </span>
        {hasOlder && (
          <span className="absolute left-3 text-xs text-ink-3" style={{ top: top + 46 }}>
            {t("older")} ↓
          </span>
        )}
      </div>
    </div>
  );
}
