"use client";

import { Lock } from "lucide-react";
import { useTranslations } from "use-intl";
import type { LiveLane } from "@/components/live/live-service.ts";
import { useLive } from "@/components/live/use-live.ts";
import { useLane } from "@/components/live/use-service-figures.ts";
import { useVersionColor } from "@/components/live/use-version-color.ts";
import { ReleaseMark } from "@/components/releases/release-mark.tsx";
import { useDraft } from "@/components/splits/use-drafts.ts";
import { classNames } from "@/components/ui/class-names.ts";
import { formatCount, formatMs, formatShare, formatWeight } from "@/components/ui/format.ts";
import { usePicture } from "../canvas/picture-store.ts";
import { LANE_HEIGHT } from "./node-size.ts";

/** Letters of this size are dots from afar. */
const FROM_AFAR = "group-data-[lod=far]/picture:invisible";
/** What tells of nothing wrong gives way to larger letters. */
const CALM = "group-data-[lod=middle]/picture:hidden";
/** Factors of `useTextScale`; words are longer than figures and have less to grow. */
const FIGURE = `whitespace-nowrap text-right text-[length:calc(11.5px*var(--k-figure,1))] tabular-nums group-data-stale/picture:opacity-50 ${FROM_AFAR}`;
const WORD = `whitespace-nowrap text-right text-[length:calc(11.5px*min(var(--k-figure,1),1.1))] ${FROM_AFAR}`;
const SHARE = "col-start-4 whitespace-nowrap text-right text-[length:calc(11.5px*var(--k-share,1))] tabular-nums";

/** One version of a service: what it is, how it does, and its share. Near, every column has a fixed width, so ticking figures move nothing. */
export function VersionLane({ service, version }: { readonly service: string; readonly version: string }) {
  const t = useTranslations("topology.node");
  const lane = useLane(service, version);
  const color = useVersionColor(service, version);
  const draft = useDraft(service);
  if (!lane) return null;
  const weightBp = draft ? (draft.weights[version] ?? 0) : lane.weightBp;
  const isDrafted = draft !== null && weightBp !== lane.weightBp;
  const isIdle = weightBp === 0 && lane.rps === 0;
  return (
    <div
      style={{ height: LANE_HEIGHT }}
      className="relative grid grid-cols-[3px_minmax(0,1fr)_58px_46px] items-center gap-x-1.5 pr-[9px] leading-none group-data-[lod=middle]/picture:grid-cols-[3px_minmax(0,1fr)_auto_auto]"
    >
      <span style={{ background: color, opacity: isIdle ? 0.45 : 1 }} className="h-full rounded-r-[2px]" />
      <span
        className={classNames(
          "truncate font-mono text-[length:calc(11px*var(--k-version,1))] tracking-[-0.03em] group-data-[lod=middle]/picture:font-sans group-data-[lod=middle]/picture:tabular-nums",
          FROM_AFAR,
          isIdle && "text-ink-3",
        )}
      >
        {version}
      </span>
      <LaneState service={service} lane={lane} />
      <span
        title={isDrafted ? t("drafted") : undefined}
        className={classNames(SHARE, FROM_AFAR, isDrafted ? "strong text-accent" : isIdle ? "text-ink-3" : "text-ink-2")}
      >
        {formatWeight(weightBp)}
      </span>
      <OutMark lane={lane} />
      <ReleaseMark service={service} version={version} isLeft={lane.ejected > 0} />
    </div>
  );
}

/** Instances that are out, beside the box: the lane's columns stay as they are, and errors stay in sight. */
function OutMark({ lane }: { readonly lane: LiveLane }) {
  const t = useTranslations("topology.node");
  if (lane.ejected === 0) return null;
  const { ejected, instances, ready, version } = lane;
  return (
    <span
      title={t("outHint", { n: ejected, instances, version })}
      className={classNames(
        "absolute top-[2px] left-full z-10 ml-[5px] flex h-[17px] items-center whitespace-nowrap rounded-[5px] border bg-panel px-1 text-2xs font-medium tabular-nums group-data-stale/picture:opacity-50",
        ready === 0 ? "border-bad text-bad" : "border-warn text-warn",
      )}
    >
      <span aria-hidden>{t("out", { n: ejected, instances })}</span>
      <span className="sr-only">{t("outHint", { n: ejected, instances, version })}</span>
    </span>
  );
}

/** Errors where they are proven, else p99; without traffic whether it could have some. */
function LaneState({ service, lane }: { readonly service: string; readonly lane: LiveLane }) {
  const t = useTranslations("topology.node");
  const windowMs = useLive((state) => state.windowMs);
  const lock = usePicture((state) => state.locks.get(service)?.find((entry) => entry.version === lane.version));
  const seconds = Math.round(windowMs / 1000);
  const { health } = lane;
  if (lane.weightBp > 0 && lane.ready === 0) return <span className={`${WORD} strong text-bad`}>{t("notReady")}</span>;
  if (lane.errorRate !== null && (health === "warn" || health === "bad")) {
    const share = formatShare(lane.errorRate);
    return (
      <span
        title={t("errors", { share, n: lane.requests, count: formatCount(lane.requests), seconds })}
        className={classNames(FIGURE, "strong", health === "bad" ? "text-bad" : "text-warn")}
      >
        {share}
      </span>
    );
  }
  if (lane.p99Ms !== null && lane.requests > 0) {
    const ms = formatMs(lane.p99Ms);
    return (
      <span
        title={t("latency", { ms, n: lane.requests, count: formatCount(lane.requests), seconds })}
        className={`${FIGURE} ${CALM} text-ink-3`}
      >
        {ms}
      </span>
    );
  }
  if (lock?.kind === "incompatible") {
    return (
      <span
        title={t("lockedHint", { version: lane.version, why: lock.reasons[0]?.sentence ?? "" })}
        className={classNames(WORD, "flex items-center justify-end gap-1 text-bad")}
      >
        <Lock aria-hidden className="size-2.5 group-data-[lod=middle]/picture:size-3.5" />
        <span className="group-data-[lod=middle]/picture:sr-only">{t("locked")}</span>
      </span>
    );
  }
  if (lane.ready === 0) {
    return (
      <span title={t("notReadyHint", { version: lane.version })} className={`${WORD} ${CALM} text-ink-3`}>
        {t("notReady")}
      </span>
    );
  }
  return (
    <span title={t("readiness", { ready: lane.ready, instances: lane.instances })} className={`${WORD} ${CALM} text-ink-3`}>
      {lane.weightBp > 0 ? "–" : t("ready")}
    </span>
  );
}
