"use client";

import { Tooltip as Base } from "@base-ui/react/tooltip";
import type { ReactElement, ReactNode } from "react";

/** One delay for all tooltips beneath it. */
export function TooltipProvider({ children }: { readonly children: ReactNode }) {
  return <Base.Provider delay={350}>{children}</Base.Provider>;
}

/** Shows `content` on hover and focus of its one child, which must take a ref and props. */
export function Tooltip({
  content,
  children,
  side = "top",
}: {
  readonly content: ReactNode;
  readonly children: ReactElement;
  readonly side?: "top" | "bottom" | "left" | "right";
}) {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner sideOffset={7} side={side} className="z-60">
          <Base.Popup className="max-w-[320px] rounded-2 border border-line-2 bg-raised px-2.5 py-1.5 text-sm text-ink shadow-raised transition-opacity duration-120 data-[ending-style]:opacity-0 data-[starting-style]:opacity-0">
            {content}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
