"use client";

import type { RefObject } from "react";
import { useTranslations } from "use-intl";
import { classNames } from "@/components/ui/class-names.ts";
import { GUTTER_WIDTH } from "./space-layout.ts";

interface EdgesProps {
  readonly scroller: RefObject<HTMLElement | null>;
  /** Columns that are not shown whole. */
  readonly hidden: { readonly left: number; readonly right: number };
}

/** Where columns lie beyond an edge: the picture fades out there and says how many; a click brings them. The keyboard comes to them with the arrows. */
export function SpaceEdges({ hidden, scroller }: EdgesProps) {
  const t = useTranslations("versions.grid");
  const move = (side: 1 | -1): void => {
    const element = scroller.current;
    const isStill = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    element?.scrollBy({ left: side * (element.clientWidth - GUTTER_WIDTH) * 0.8, behavior: isStill ? "auto" : "smooth" });
  };
  return (
    <>
      {hidden.right > 0 && (
        <>
          <div
            aria-hidden
            className="pointer-events-none absolute inset-y-0 right-0 z-20 w-10 bg-[linear-gradient(to_left,var(--panel),transparent)]"
          />
          <button type="button" tabIndex={-1} onClick={() => move(1)} className={classNames(MORE, "right-2")}>
            {t("more", { n: hidden.right })} <span aria-hidden>→</span>
          </button>
        </>
      )}
      {hidden.left > 0 && (
        <button type="button" tabIndex={-1} onClick={() => move(-1)} className={classNames(MORE, "left-2")}>
          <span aria-hidden>←</span> {t("more", { n: hidden.left })}
        </button>
      )}
    </>
  );
}

const MORE = "absolute bottom-2 z-20 h-6 rounded-1 border border-line-2 bg-raised px-2 text-xs text-ink-2 hover:text-ink";
