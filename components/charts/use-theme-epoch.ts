"use client";

import { useEffect, useState } from "react";

/** Grows when the colours of the page change: what is drawn on a canvas has to be drawn again. */
export function useThemeEpoch(): number {
  const [epoch, setEpoch] = useState(0);
  useEffect(() => {
    const grow = () => setEpoch((value) => value + 1);
    const observer = new MutationObserver(grow);
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    const system = window.matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", grow);
    return () => {
      observer.disconnect();
      system.removeEventListener("change", grow);
    };
  }, []);
  return epoch;
}
