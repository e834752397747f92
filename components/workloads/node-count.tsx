"use client";

import { useTranslations } from "use-intl";
import { useNodes } from "./use-workloads.ts";

/** In the navigation: how many nodes there are; in the colour of a warning where one takes no instances though nobody drained it. */
export function NodeCount() {
  const t = useTranslations("workloads.nodes");
  const nodes = useNodes({ slow: true }).data?.items ?? [];
  if (nodes.length === 0) return null;
  const isShort = nodes.some(({ agent }) => agent === "lost" || agent === "gone");
  return (
    <span
      className={isShort ? "ml-auto text-xs font-semibold tabular-nums text-warn" : "ml-auto text-xs tabular-nums text-ink-3"}
      title={t("aside", { nodes: nodes.length, taking: nodes.filter(({ schedulable }) => schedulable).length })}
    >
      {nodes.length}
    </span>
  );
}
