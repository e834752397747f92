import { type KeyboardEvent, type PointerEvent, type RefObject, useState } from "react";
import { FULL_WEIGHT_BP } from "@/lib/model/index.ts";
import { boundaryAt, type Segment, snapBp } from "./split-bounds.ts";
import type { SplitEditor } from "./use-split-editor.ts";

/** Half the width of a grip: a pointer that far beyond the bar still holds the boundary itself. */
const HANDLE_REACH = 4;

interface Drag {
  readonly boundary: number;
  readonly pointerX: number;
  readonly startBp: number;
  readonly trackWidth: number;
  readonly from: readonly Segment[];
}

/** Handlers that let an element move one boundary of the bar by pointer and by keyboard. */
export interface BoundaryHandlers {
  onPointerDown(event: PointerEvent): void;
  onPointerMove(event: PointerEvent): void;
  onPointerUp(event: PointerEvent): void;
  onPointerCancel(event: PointerEvent): void;
  onKeyDown(event: KeyboardEvent): void;
}

/** `track`: the element whose width is 100 %. `dragging`: the boundary under the pointer, else null. */
export function useBoundaryDrag(editor: SplitEditor, track: RefObject<HTMLElement | null>) {
  const [drag, setDrag] = useState<Drag | null>(null);

  const begin = (boundary: number, event: PointerEvent): void => {
    const bounds = track.current?.getBoundingClientRect();
    if (event.button !== 0 || !bounds || bounds.width === 0) return;
    event.preventDefault();
    event.stopPropagation();
    const target = event.currentTarget as HTMLElement;
    target.setPointerCapture(event.pointerId);
    target.focus({ preventScroll: true });
    // A slot lies beyond the bar: from there nothing moves until the pointer reaches the bar, and then the boundary is under it.
    const isBeyond = event.clientX > bounds.right + HANDLE_REACH;
    setDrag({
      boundary,
      pointerX: isBeyond ? bounds.right : event.clientX,
      startBp: boundaryAt(editor.segments, boundary),
      trackWidth: bounds.width,
      from: editor.segments,
    });
  };
  const follow = (event: PointerEvent): void => {
    if (drag === null) return;
    const target = targetOfPointer(event, drag);
    if (target === null) return setDrag(null);
    editor.move(drag.boundary, target, drag.from);
  };
  const handlersOf = (boundary: number): BoundaryHandlers => ({
    onPointerDown: (event) => begin(boundary, event),
    onPointerMove: follow,
    onPointerUp: () => setDrag(null),
    onPointerCancel: () => setDrag(null),
    onKeyDown(event) {
      const target = targetOfKey(event, boundaryAt(editor.segments, boundary));
      if (target === null) return;
      event.preventDefault();
      event.stopPropagation();
      editor.move(boundary, target);
    },
  });
  return { dragging: drag?.boundary ?? null, handlersOf };
}

/** Where the pointer holds the boundary; null once no button is pressed: it was let go where nobody saw it, and hovering is no drag. */
export function targetOfPointer(
  event: Pick<PointerEvent, "buttons" | "clientX" | "altKey">,
  drag: { readonly pointerX: number; readonly startBp: number; readonly trackWidth: number },
): number | null {
  if (event.buttons === 0) return null;
  const moved = ((event.clientX - drag.pointerX) / drag.trackWidth) * FULL_WEIGHT_BP;
  return snapBp(drag.startBp + moved, event.altKey);
}

/** Where a key sends a boundary: arrows 1 %, with shift 10 %, with alt 0.01 %, Home and End to the ends; null for any other key. */
export function targetOfKey(event: Pick<KeyboardEvent, "key" | "shiftKey" | "altKey">, presentBp: number): number | null {
  const step = event.altKey ? 1 : event.shiftKey ? 1000 : 100;
  switch (event.key) {
    case "ArrowLeft":
    case "ArrowDown":
      return presentBp - step;
    case "ArrowRight":
    case "ArrowUp":
      return presentBp + step;
    case "PageDown":
      return presentBp - 1000;
    case "PageUp":
      return presentBp + 1000;
    case "Home":
      return 0;
    case "End":
      return FULL_WEIGHT_BP;
    default:
      return null;
  }
}
