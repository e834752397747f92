"use client";

import { ViewportPortal } from "@xyflow/react";
import { Ban } from "lucide-react";
import { useTranslations } from "use-intl";
import { useShallow } from "zustand/react/shallow";
import { edgeLock } from "@/components/live/edge-lock.ts";
import type { ServiceEdge } from "@/components/live/service-edge.ts";
import { useEdge } from "@/components/live/use-edge.ts";
import { useLive } from "@/components/live/use-live.ts";
import { LockMark } from "@/components/security/lock-mark.tsx";
import { classNames } from "@/components/ui/class-names.ts";
import { formatErrorRate, formatMs, formatRate, formatShare } from "@/components/ui/format.ts";
import { edgeHealth } from "./draw-picture.ts";
import { createEdgeLine, pointAt } from "./edge-geometry.ts";
import { deniedRate, hasEdgeLabel } from "./edge-label-text.ts";
import { emphasisOfEdge, usePicture } from "./picture-store.ts";

/** Labels on the edges that are unhealthy, refused or hovered; a selected one has its figures in the inspector. `onOpen`: by edge key. */
export function EdgeLabels({ onOpen }: { readonly onOpen: (key: string) => void }) {
  const telling = useLive(
    useShallow((state) =>
      state.shape.edges
        .filter(({ key }) => {
          const edge = state.serviceEdges.get(key);
          return edge !== undefined && hasEdgeLabel(edge);
        })
        .map((edge) => edge.key),
    ),
  );
  const hovered = usePicture((state) => (state.hovered?.kind === "edge" ? state.hovered.id : null));
  const keys = new Set([...telling, ...(hovered === null ? [] : [hovered])]);
  return (
    <ViewportPortal>
      {[...keys].map((key) => (
        <EdgeLabel key={key} edgeKey={key} whole={key === hovered} onOpen={onOpen} />
      ))}
    </ViewportPortal>
  );
}

interface EdgeLabelProps {
  readonly edgeKey: string;
  /** Rate, errors and p99; what is wrong alone otherwise. */
  readonly whole: boolean;
  readonly onOpen: (key: string) => void;
}

function EdgeLabel({ edgeKey, whole, onOpen }: EdgeLabelProps) {
  const t = useTranslations("topology.edge");
  const edge = useEdge(edgeKey);
  const health = useLive((state) => edgeHealth(state, edgeKey));
  const from = usePicture((state) => state.boxes.get(edge?.from ?? ""));
  const to = usePicture((state) => state.boxes.get(edge?.to ?? ""));
  const bends = usePicture((state) => state.bends[edgeKey]);
  const emphasis = usePicture((state) => emphasisOfEdge(state, edgeKey, edge?.from ?? "", edge?.to ?? ""));
  if (!edge || !from || !to || emphasis === "hidden") return null;
  const line = createEdgeLine(from, to, bends);
  const { x, y } = pointAt(line, line.length / 2);
  const isBad = health === "bad" || edge.denied > 0;
  return (
    <button
      type="button"
      title={
        edge.worst?.version == null ? undefined : t("errorsOn", { version: edge.worst.version, share: formatShare(edge.worst.errorRate) })
      }
      onClick={() => onOpen(edgeKey)}
      style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
      className={classNames(
        "nodrag nopan pointer-events-auto absolute flex min-w-[46px] items-center justify-center gap-x-1.5 whitespace-nowrap rounded-[5px] border bg-canvas px-1 text-2xs leading-[14px] font-medium tabular-nums",
        isBad ? "border-bad text-bad" : health === "warn" ? "border-warn text-warn" : "border-line-2 text-ink-2",
        emphasis === "dim" && "opacity-30",
        whole ? "z-20 flex-col py-0.5 shadow-raised" : "z-10 h-[18px]",
      )}
    >
      <span className="sr-only">{t("label", { from: edge.from, to: edge.to })}</span>
      {whole ? <WholeText edge={edge} /> : <ShortText edge={edge} />}
    </button>
  );
}

/** What is wrong. */
function ShortText({ edge }: { readonly edge: ServiceEdge }) {
  const t = useTranslations("topology.edge");
  const isFailing = edge.health === "warn" || edge.health === "bad";
  const lock = edgeLock(edge.encrypted);
  const errors = edge.worst ? formatShare(edge.worst.errorRate) : (formatErrorRate(edge.errorRate) ?? "–");
  return (
    <>
      {edge.denied > 0 && <DeniedText edge={edge} isShort />}
      {isFailing && <span>{t("errors", { share: errors })}</span>}
      {lock !== "closed" && <LockMark lock={lock} />}
    </>
  );
}

function WholeText({ edge }: { readonly edge: ServiceEdge }) {
  const t = useTranslations("topology.edge");
  const lock = edgeLock(edge.encrypted);
  return (
    <>
      <span>{edge.requests === 0 ? t("none") : t("rate", { rate: formatRate(edge.rps) })}</span>
      {edge.requests > 0 && <span>{t("errors", { share: formatErrorRate(edge.errorRate) ?? "–" })}</span>}
      {edge.p99Ms !== null && <span>{t("p99", { ms: formatMs(edge.p99Ms) })}</span>}
      {edge.verdict === "incompatible" && edge.requests > 0 && <span>{t("broken")}</span>}
      {edge.denied > 0 && <DeniedText edge={edge} />}
      {lock !== null && (
        <span className={classNames("flex items-center gap-1", lock === "closed" ? "text-ink-3" : "text-warn")}>
          <LockMark lock={lock} />
          {t(`lock.${lock}`)}
        </span>
      )}
    </>
  );
}

/** Refused requests; short: the sign stands for the word, which is said to those who do not see it. */
function DeniedText({ edge, isShort = false }: { readonly edge: ServiceEdge; readonly isShort?: boolean }) {
  const t = useTranslations("topology.edge");
  const windowMs = useLive((state) => state.windowMs);
  const rate = formatRate(deniedRate(edge.denied, windowMs));
  const whole = t("denied", { rate });
  return (
    <span className="flex items-center gap-1 text-bad" title={whole}>
      <Ban aria-hidden className="size-2.5" strokeWidth={2.4} />
      {isShort ? (
        <>
          <span aria-hidden>{t("rate", { rate })}</span>
          <span className="sr-only">{whole}</span>
        </>
      ) : (
        whole
      )}
    </span>
  );
}
