"use client";

import { useReactFlow } from "@xyflow/react";
import { Maximize, Minus, Plus, Workflow } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { Tooltip } from "@/components/ui/tooltip.tsx";
import { useFitAll } from "./canvas/use-fit.ts";

const ZOOM_MS = 160;

/** Zoom, fit and arrange. */
export function CanvasTools({ onArrange }: { readonly onArrange: () => void }) {
  const t = useTranslations("topology.tools");
  const { zoomIn, zoomOut } = useReactFlow();
  const fitAll = useFitAll();
  return (
    <div className="pointer-events-auto flex shrink-0 overflow-hidden rounded-[8px] border border-line bg-panel">
      <Tool label={t("arrange")} onClick={onArrange}>
        <Workflow aria-hidden className="size-3.5" />
      </Tool>
      <Tool label={t("zoomOut")} onClick={() => void zoomOut({ duration: ZOOM_MS })}>
        <Minus aria-hidden className="size-3.5" />
      </Tool>
      <Tool label={t("zoomIn")} onClick={() => void zoomIn({ duration: ZOOM_MS })}>
        <Plus aria-hidden className="size-3.5" />
      </Tool>
      <Tool label={t("fit")} onClick={() => fitAll(ZOOM_MS)}>
        <Maximize aria-hidden className="size-3.5" />
      </Tool>
    </div>
  );
}

function Tool({ label, onClick, children }: { readonly label: string; readonly onClick: () => void; readonly children: ReactNode }) {
  return (
    <Tooltip content={label}>
      <button
        type="button"
        aria-label={label}
        onClick={onClick}
        className="grid size-[30px] place-items-center border-l border-line text-ink-2 first:border-l-0 hover:bg-accent-soft hover:text-ink"
      >
        {children}
      </button>
    </Tooltip>
  );
}
