"use client";

import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import { useTranslations } from "use-intl";
import { useServiceFigures, useTopologyService } from "@/components/live/use-service-figures.ts";
import { AlertMark } from "@/components/policies/alert-mark.tsx";
import { MiniSplitBar } from "@/components/splits/mini-split-bar.tsx";
import { useSplitEditor } from "@/components/splits/use-split-editor.ts";
import { classNames } from "@/components/ui/class-names.ts";
import { formatRate } from "@/components/ui/format.ts";
import { useCanvasActions } from "../canvas/canvas-actions.ts";
import { emphasisOf, tabStopOf, usePicture } from "../canvas/picture-store.ts";
import { HealthMark } from "./health-mark.tsx";
import { lanesOf } from "./lanes-of.ts";
import { HEADER_HEIGHT, LANE_HEIGHT } from "./node-size.ts";
import { VersionLane } from "./version-lane.tsx";

/** A service with its versions as lanes and its split, which can be dragged right here. */
export const ServiceNode = memo(function ServiceNode({ id }: NodeProps) {
  const emphasis = usePicture((state) => emphasisOf(state, id));
  const isSelected = usePicture((state) => state.selected?.kind === "service" && state.selected.id === id);
  const health = useServiceFigures(id)?.health ?? "unknown";
  if (emphasis === "hidden") return null;
  return (
    <div
      className={classNames(
        "group/node relative h-full rounded-[9px] border bg-panel shadow-raised transition-opacity duration-120 has-[button:focus-visible]:shadow-(--focus)",
        isSelected
          ? "border-accent shadow-[0_0_0_1px_var(--accent),var(--shadow)]"
          : health === "bad"
            ? "border-[color-mix(in_srgb,var(--bad)_60%,var(--line-2))]"
            : health === "warn"
              ? "border-[color-mix(in_srgb,var(--warn)_60%,var(--line-2))]"
              : "border-line-2",
        emphasis === "dim" && "opacity-30",
      )}
    >
      <AlertMark service={id} />
      <Header service={id} />
      <Lanes service={id} />
      <Split service={id} />
    </div>
  );
});

function Header({ service }: { readonly service: string }) {
  const t = useTranslations("topology.node");
  const common = useTranslations("common");
  const { open, setCursor } = useCanvasActions();
  const figures = useServiceFigures(service);
  const isCursor = usePicture((state) => tabStopOf(state) === service);
  const rate = formatRate(figures?.rps ?? 0);
  const health = figures?.health ?? "unknown";
  const versions = (useTopologyService(service)?.versions ?? []).map((lane) => lane.version).join(", ");
  return (
    <button
      type="button"
      data-service={service}
      tabIndex={isCursor ? 0 : -1}
      onFocus={() => setCursor(service)}
      onClick={() => open({ kind: "service", id: service })}
      style={{ height: HEADER_HEIGHT }}
      className="flex w-full items-center gap-[7px] rounded-t-[9px] px-[9px] text-left outline-none focus-visible:shadow-none"
    >
      <HealthMark health={health} />
      <span className="min-w-0 flex-1 truncate text-[length:calc(12px*var(--k-name,1))] leading-normal font-semibold tracking-[-0.012em]">
        {service}
      </span>
      <span className="w-[43px] shrink-0 whitespace-nowrap text-right text-[length:calc(11.5px*var(--k-name,1))] tabular-nums text-ink-2 group-data-stale/picture:opacity-50 group-data-[lod=middle]/picture:sr-only group-data-[lod=far]/picture:sr-only">
        {rate}
        <span className="text-ink-3"> {t("rate")}</span>
      </span>
      <span className="sr-only">{t("label", { health: common(`health.${health}`), versions })}</span>
    </button>
  );
}

function Lanes({ service }: { readonly service: string }) {
  const measured = useTopologyService(service);
  if (!measured) return null;
  const { shown, hidden } = lanesOf(measured.versions);
  return (
    <>
      {shown.map((lane) => (
        <VersionLane key={lane.version} service={service} version={lane.version} />
      ))}
      {hidden > 0 && (
        <div style={{ height: LANE_HEIGHT }} className="flex items-center pl-[9px] text-xs text-ink-3">
          + {hidden}
        </div>
      )}
    </>
  );
}

function Split({ service }: { readonly service: string }) {
  const editor = useSplitEditor(service);
  const { open } = useCanvasActions();
  return (
    <div className="mx-[9px] mt-[4px]">
      {editor ? (
        <MiniSplitBar editor={editor} onTouched={() => open({ kind: "service", id: service })} />
      ) : (
        <div className="h-[5px] rounded-full bg-sunken" />
      )}
    </div>
  );
}
