"use client";

import { useEffect, useState } from "react";

/** How often the control is looked for: pages load, sheets open, lists scroll. */
const LOOK_MS = 200;
const ROOM = 5;

interface Place {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A ring around the control that a step is about, where it is on the screen; it takes no click from anything. */
export function TourPointer({ target }: { readonly target: string }) {
  const [place, setPlace] = useState<Place | null>(null);
  useEffect(() => {
    const look = () => setPlace((before) => keep(before, placeOf(target)));
    look();
    const timer = setInterval(look, LOOK_MS);
    window.addEventListener("scroll", look, { capture: true, passive: true });
    return () => {
      clearInterval(timer);
      window.removeEventListener("scroll", look, { capture: true });
    };
  }, [target]);
  if (place === null) return null;
  return (
    <div
      aria-hidden
      style={place}
      className="pointer-events-none fixed z-55 rounded-[9px] border-2 border-accent shadow-[0_0_0_4px_var(--accent-soft)] motion-safe:animate-pulse"
    />
  );
}

function placeOf(target: string): Place | null {
  const box = document.querySelector(target)?.getBoundingClientRect();
  if (!box || box.width === 0 || box.bottom < 0 || box.top > window.innerHeight) return null;
  return { left: box.left - ROOM, top: box.top - ROOM, width: box.width + 2 * ROOM, height: box.height + 2 * ROOM };
}

function keep(before: Place | null, next: Place | null): Place | null {
  return JSON.stringify(before) === JSON.stringify(next) ? before : next;
}
