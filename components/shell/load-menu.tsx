"use client";

/** Load of the demo mesh; nothing where there is none. */
export function LoadMenu() {
  return null;
}
