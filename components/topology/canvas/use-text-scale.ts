import { useStoreApi } from "@xyflow/react";
import { type RefObject, useEffect } from "react";
import { textScale } from "./text-scale.ts";

/** Keeps the words of the services readable as the picture shrinks, by style sheets alone: `data-lod`, and a factor per kind of word on the element. */
export function useTextScale(frame: RefObject<HTMLElement | null>): void {
  const flow = useStoreApi();
  useEffect(() => {
    let shown = "";
    const apply = (): void => {
      const element = frame.current;
      const { detail, ...factors } = textScale(flow.getState().transform[2]);
      const now = `${detail} ${Object.values(factors).join(" ")}`;
      if (!element || now === shown) return;
      shown = now;
      element.dataset["lod"] = detail;
      for (const [word, factor] of Object.entries(factors)) element.style.setProperty(`--k-${word}`, String(factor));
    };
    apply();
    return flow.subscribe(apply);
  }, [flow, frame]);
}
