"use client";

import { Lock } from "lucide-react";
import { useRef } from "react";
import { useTranslations } from "use-intl";
import { useVersionColors } from "@/components/live/use-version-color.ts";
import { classNames } from "@/components/ui/class-names.ts";
import { formatWeight } from "@/components/ui/format.ts";
import { CapacityGhost } from "./capacity-ghost.tsx";
import { ObservedStrip } from "./observed-strip.tsx";
import { boundaryAt, type Segment } from "./split-bounds.ts";
import { type BoundaryHandlers, useBoundaryDrag } from "./use-boundary-drag.ts";
import type { SplitEditor } from "./use-split-editor.ts";

const SIZES = {
  inspector: { height: 34, slot: 76, label: 17, text: "text-[12px]" },
  large: { height: 46, slot: 132, label: 11, text: "text-[13px]" },
} as const;

/**
 * The split of a service as a bar: drag the boundary between two versions, or move it by keyboard. Versions without traffic wait in slots
 * at the right end; those that may not have any are hatched, and the drag stops before them.
 */
export function SplitBar({ editor, size }: { readonly editor: SplitEditor; readonly size: keyof typeof SIZES }) {
  const t = useTranslations("splits.bar");
  const track = useRef<HTMLDivElement>(null);
  const { dragging, handlersOf } = useBoundaryDrag(editor, track);
  const { height } = SIZES[size];
  const slots = editor.segments.filter((segment) => (editor.base[segment.version] ?? 0) === 0);
  return (
    <fieldset aria-label={t("label", { service: editor.service })} className="m-0 min-w-0 border-0 p-0 select-none">
      <div className="flex gap-[5px]" style={{ height }}>
        <div ref={track} className="relative min-w-0 flex-1">
          <Segments editor={editor} size={size} settled={dragging === null} />
          {editor.segments.map((segment, index) =>
            index === 0 || (slots.includes(segment) && segment.weightBp === 0) ? null : (
              <Handle
                key={segment.version}
                editor={editor}
                boundary={index}
                handlers={handlersOf(index)}
                active={dragging === index}
                byKeyboard={!slots.includes(segment)}
              />
            ),
          )}
          {editor.refused && <span aria-hidden className="absolute -top-[6px] -bottom-[6px] right-[-4px] w-[3px] rounded-full bg-bad" />}
        </div>
        {slots.map((segment) => (
          <Slot
            key={segment.version}
            editor={editor}
            segment={segment}
            size={size}
            handlers={handlersOf(editor.segments.indexOf(segment))}
          />
        ))}
      </div>
      <div style={{ paddingRight: slots.length * (SIZES[size].slot + 5) }}>
        <ObservedStrip service={editor.service} segments={editor.segments} />
        <CapacityGhost service={editor.service} segments={editor.segments} />
      </div>
    </fieldset>
  );
}

/** The coloured pieces. */
function Segments({
  editor,
  size,
  settled,
}: {
  readonly editor: SplitEditor;
  readonly size: keyof typeof SIZES;
  readonly settled: boolean;
}) {
  const colors = useVersionColors(editor.service);
  const { label, text } = SIZES[size];
  return (
    <div className="absolute inset-0 overflow-hidden rounded-[7px] bg-sunken">
      {editor.segments.map((segment, index) => (
        <div
          key={segment.version}
          aria-hidden
          style={{
            left: `${boundaryAt(editor.segments, index) / 100}%`,
            width: `calc(${segment.weightBp / 100}% - ${segment.weightBp > 0 && index > 0 ? 2 : 0}px)`,
            marginLeft: index > 0 ? 2 : 0,
            background: colors.get(segment.version),
          }}
          className={classNames(
            "absolute inset-y-0 flex items-center justify-between gap-2 overflow-hidden rounded-[4px] whitespace-nowrap font-semibold text-on-v",
            text,
            segment.weightBp >= label * 100 ? "px-2.5" : "px-0",
            settled && "transition-[left,width] duration-180 ease-settle",
          )}
        >
          {segment.weightBp >= label * 100 && (
            <>
              <span className={segment.weightBp >= label * 200 ? "" : "hidden"}>{segment.version}</span>
              <span className="tabular-nums">{formatWeight(segment.weightBp)}</span>
            </>
          )}
        </div>
      ))}
    </div>
  );
}

interface HandleProps {
  readonly editor: SplitEditor;
  readonly boundary: number;
  readonly handlers: BoundaryHandlers;
  readonly active: boolean;
  /** A slot's boundary takes the keyboard in its slot, so that focus stays where it is while the piece grows. */
  readonly byKeyboard: boolean;
}

/** The grip of one boundary. */
function Handle({ editor, boundary, handlers, active, byKeyboard }: HandleProps) {
  const slider = useSliderProps(editor, boundary);
  const place = boundaryAt(editor.segments, boundary);
  return (
    <div
      {...handlers}
      {...(byKeyboard ? slider : { "aria-hidden": true })}
      style={{ left: `${place / 100}%` }}
      className="group absolute -top-[5px] -bottom-[5px] z-10 -ml-[11px] w-6 cursor-ew-resize touch-none outline-none"
    >
      <span
        className={classNames(
          "absolute inset-y-0 left-[7px] w-[10px] rounded-full border-[1.5px] bg-raised shadow-raised transition-colors duration-120 group-focus-visible:shadow-(--focus)",
          editor.refused ? "border-bad" : active || editor.draft ? "border-accent" : "border-line-2 group-hover:border-accent",
        )}
      />
    </div>
  );
}

/** A version without traffic, at the right end: the whole tile is a grip. */
function Slot({
  editor,
  segment,
  size,
  handlers,
}: {
  readonly editor: SplitEditor;
  readonly segment: Segment;
  readonly size: keyof typeof SIZES;
  readonly handlers: BoundaryHandlers;
}) {
  const t = useTranslations("splits.bar");
  const colors = useVersionColors(editor.service);
  const boundary = editor.segments.indexOf(segment);
  const slider = useSliderProps(editor, boundary);
  const locked = editor.locks.some((lock) => lock.version === segment.version);
  return (
    <div
      {...handlers}
      {...slider}
      title={locked ? t("slotLocked", { version: segment.version }) : t("slot", { version: segment.version })}
      style={{ width: SIZES[size].slot, borderLeftColor: locked ? undefined : colors.get(segment.version) }}
      className={classNames(
        "relative flex shrink-0 cursor-ew-resize touch-none flex-col items-center justify-center rounded-[6px] border leading-[14px]",
        locked
          ? "hatched border-[color-mix(in_srgb,var(--bad)_45%,transparent)] text-bad"
          : "border-l-[3px] border-dashed border-line-2 bg-sunken text-ink-2 hover:border-ink-3",
      )}
    >
      {segment.weightBp === 0 && (
        <span
          aria-hidden
          className={classNames(
            "absolute -top-[6px] -bottom-[6px] -left-[9px] w-[10px] rounded-full border-[1.5px] bg-raised shadow-raised",
            locked ? "border-bad" : "border-accent",
          )}
        />
      )}
      <span className="flex items-center gap-1 font-mono text-[11px] font-medium">
        {locked && <Lock aria-hidden className="size-3" />}
        {segment.version}
      </span>
      <span className="text-2xs tabular-nums">{formatWeight(segment.weightBp)}</span>
    </div>
  );
}

function useSliderProps(editor: SplitEditor, boundary: number) {
  const t = useTranslations("splits.bar");
  const left = editor.segments[boundary - 1];
  const right = editor.segments[boundary];
  const values = {
    left: left?.version ?? "",
    right: right?.version ?? "",
    leftShare: formatWeight(left?.weightBp ?? 0),
    rightShare: formatWeight(right?.weightBp ?? 0),
  };
  return {
    role: "slider",
    tabIndex: 0,
    "aria-label": t("boundary", values),
    "aria-valuemin": 0,
    "aria-valuemax": 100,
    "aria-valuenow": boundaryAt(editor.segments, boundary) / 100,
    "aria-valuetext": t("boundaryValue", values),
    "aria-orientation": "horizontal",
  } as const;
}
