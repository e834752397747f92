"use client";

import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import { useTranslations } from "use-intl";
import { INGRESS } from "@/components/live/topology-shape.ts";
import { useLive } from "@/components/live/use-live.ts";
import { classNames } from "@/components/ui/class-names.ts";
import { formatRate } from "@/components/ui/format.ts";
import { emphasisOf, usePicture } from "../canvas/picture-store.ts";

/** Where traffic from outside comes in. */
export const IngressNode = memo(function IngressNode({ id }: NodeProps) {
  const t = useTranslations("topology.node");
  const emphasis = usePicture((state) => emphasisOf(state, id));
  const rate = useLive((state) => {
    let rps = 0;
    for (const edge of state.serviceEdges.values()) if (edge.from === INGRESS) rps += edge.rps;
    return formatRate(rps);
  });
  return (
    <div
      role="img"
      aria-label={t("ingressLabel", { rate })}
      className={classNames(
        "flex h-full flex-col items-center justify-center rounded-full border border-dashed border-line-2 bg-canvas text-[length:calc(10.5px*var(--k-figure,1))] leading-[1.24] text-ink-2",
        emphasis !== "normal" && "opacity-30",
      )}
    >
      <span>{t("ingress")}</span>
      <span className="tabular-nums text-ink-3 group-data-stale/picture:opacity-50">
        {rate} {t("rate")}
      </span>
    </div>
  );
});
