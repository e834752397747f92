"use client";

import { useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button.tsx";
import { classNames } from "@/components/ui/class-names.ts";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import type { Service } from "@/lib/client/index.ts";
import type { KnownSpace } from "./known-space.ts";
import type { Ref } from "./pins.ts";
import type { SpaceCells, VersionSpace } from "./space-cells.ts";
import { SpaceEdges } from "./space-edges.tsx";
import { SpaceGrid } from "./space-grid.tsx";
import { hiddenColumns } from "./space-layout.ts";
import { SpaceLegend } from "./space-legend.tsx";
import { SpaceToolbar } from "./space-toolbar.tsx";
import { useScrolledRoom } from "./use-scrolled-room.ts";
import { useSpaceLayout } from "./use-space-layout.ts";
import type { useSpaceUrl } from "./use-space-url.ts";

interface PictureProps {
  readonly base: VersionSpace;
  readonly known: KnownSpace;
  readonly space: SpaceCells;
  readonly services: readonly Service[];
  readonly url: ReturnType<typeof useSpaceUrl>;
  /** Why the engine did not take the pins. */
  readonly pinError: unknown;
  readonly onShow: (ref: Ref) => void;
}

/** The picture with its pins, its filter and its legend. */
export function SpacePicture({ base, known, onShow, pinError, services, space, url }: PictureProps) {
  const t = useTranslations("versions");
  const [hasAlone, setHasAlone] = useState(false);
  const { filter, mark, pins, setPins } = url;
  const scroller = useRef<HTMLDivElement>(null);
  const { onScroll, room, scrolled } = useScrolledRoom(scroller);
  const { alone, isEmpty, layout } = useSpaceLayout({ base, known, services, pins, filter, hasAlone, room });
  return (
    <section
      aria-label={t("title")}
      className="card flex min-w-0 flex-col overflow-hidden max-[1179px]:max-h-[76dvh] min-[1180px]:h-[calc(100dvh-178px)] min-[1180px]:min-h-[420px]"
    >
      <SpaceToolbar
        pins={pins}
        isConsistent={space.isConsistent}
        onPins={setPins}
        filter={filter}
        onFilter={url.setFilter}
        onlyReady={url.onlyReady}
        onOnlyReady={url.setOnlyReady}
      />
      {pinError !== null && (
        <div className="px-4 pt-3">
          <ProblemList error={pinError} />
        </div>
      )}
      <div className="relative flex min-h-0 flex-1">
        <div
          ref={scroller}
          data-scroller
          onScroll={onScroll}
          className={classNames("flex min-h-0 min-w-0 flex-1 overflow-auto", layout.width > room && "pb-7")}
        >
          {isEmpty ? (
            <p className="px-4 py-5 text-ink-2">{filter === "" ? t("emptyDetail") : t("noFit", { text: filter })}</p>
          ) : (
            <div className="m-auto">
              <SpaceGrid
                layout={layout}
                known={known}
                space={space}
                services={services}
                pins={pins}
                mark={mark}
                onPins={setPins}
                onShow={onShow}
              />
            </div>
          )}
        </div>
        {!isEmpty && <SpaceEdges scroller={scroller} hidden={hiddenColumns(layout, scrolled, room)} />}
      </div>
      {alone > 0 && (
        <div className="flex items-center gap-2.5 border-t border-line px-4 py-1.5 text-ink-3">
          {t("grid.alone", { n: alone })}
          <Button size="small" kind="ghost" aria-expanded={hasAlone} onClick={() => setHasAlone(!hasAlone)}>
            {hasAlone ? t("grid.hideAlone") : t("grid.showAlone")}
          </Button>
        </div>
      )}
      <SpaceLegend />
    </section>
  );
}
