"use client";

import { useRef } from "react";
import { useTranslations } from "use-intl";
import { useVersionColors } from "@/components/live/use-version-color.ts";
import { classNames } from "@/components/ui/class-names.ts";
import { formatWeight } from "@/components/ui/format.ts";
import { boundaryAt } from "./split-bounds.ts";
import { useBoundaryDrag } from "./use-boundary-drag.ts";
import type { SplitEditor } from "./use-split-editor.ts";

/**
 * The split on a node of the topology: five pixels that can be dragged. By keyboard the same is done in the inspector, which has room for it.
 * `onTouched`: the operator took hold of it.
 */
export function MiniSplitBar({ editor, onTouched }: { readonly editor: SplitEditor; readonly onTouched: () => void }) {
  const t = useTranslations("splits.bar");
  const track = useRef<HTMLDivElement>(null);
  const { dragging, handlersOf } = useBoundaryDrag(editor, track);
  const colors = useVersionColors(editor.service);
  const label = editor.segments
    .filter((segment) => segment.weightBp > 0)
    .map((segment) => t("segment", { version: segment.version, share: formatWeight(segment.weightBp) }));
  return (
    <div ref={track} className="nodrag nopan relative h-[5px]">
      <div
        role="img"
        aria-label={`${t("label", { service: editor.service })}: ${label.join(", ")}`}
        className="absolute inset-0 overflow-hidden rounded-full bg-sunken"
      >
        {editor.segments.map((segment, index) => (
          <span
            key={segment.version}
            style={{
              left: `${boundaryAt(editor.segments, index) / 100}%`,
              width: `${segment.weightBp / 100}%`,
              background: colors.get(segment.version),
            }}
            className={classNames(
              "absolute inset-y-0",
              index > 0 && "border-l border-panel",
              dragging === null && "transition-[left,width] duration-180 ease-settle",
            )}
          />
        ))}
      </div>
      {grips(editor).map((boundary) => {
        const handlers = handlersOf(boundary);
        return (
          <div
            key={boundary}
            {...handlers}
            onPointerDown={(event) => {
              onTouched();
              handlers.onPointerDown(event);
            }}
            aria-hidden
            style={{ left: `${boundaryAt(editor.segments, boundary) / 100}%` }}
            className="absolute -top-[7px] -bottom-[7px] -ml-[9px] w-[18px] cursor-ew-resize touch-none"
          >
            <span
              className={classNames(
                "absolute inset-y-[3px] left-[6px] w-[6px] rounded-full border bg-raised transition-opacity duration-120",
                editor.refused ? "border-bad" : "border-accent",
                dragging === boundary || editor.draft ? "opacity-100" : "opacity-0 group-hover/node:opacity-100",
              )}
            />
          </div>
        );
      })}
    </div>
  );
}

/** Boundaries that can be taken hold of: those between versions with traffic, and one at the end for the first version that may get some. */
function grips(editor: SplitEditor): number[] {
  const idle = editor.segments.flatMap((segment, index) => (segment.weightBp === 0 && index > 0 ? [index] : []));
  const free = idle.find((index) => !editor.locks.some((lock) => lock.version === editor.segments[index]?.version)) ?? idle[0];
  return editor.segments.flatMap((segment, index) => (index > 0 && (segment.weightBp > 0 || index === free) ? [index] : []));
}
