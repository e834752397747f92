"use client";

import { Ban } from "lucide-react";
import { useTranslations } from "use-intl";
import { useShallow } from "zustand/react/shallow";
import { edgeLock } from "@/components/live/edge-lock.ts";
import { useLive } from "@/components/live/use-live.ts";
import { useMesh } from "@/components/live/use-mesh.ts";
import { usePictureAgeS, useStreamStatus } from "@/components/live/use-stream-status.ts";
import { LockMark } from "@/components/security/lock-mark.tsx";
import { usePicture } from "./canvas/picture-store.ts";

/** Who measured the figures and how old they are, always; then what the signs mean that are on the canvas now, as far as there is room for them. */
export function Legend() {
  const t = useTranslations("topology.legend");
  const hasLocks = usePicture((state) => [...state.locks.values()].some((locks) => locks.some(({ kind }) => kind === "incompatible")));
  const { hasDenials, hasPlain } = useLive(
    useShallow((state) => {
      const edges = [...state.serviceEdges.values()];
      return {
        hasDenials: edges.some(({ denied }) => denied > 0),
        hasPlain: edges.some(({ encrypted }) => ["open", "mixed"].includes(edgeLock(encrypted) ?? "")),
      };
    }),
  );
  return (
    <section
      aria-label={t("label")}
      className="flex h-8 min-w-0 items-center gap-3.5 whitespace-nowrap rounded-[8px] border border-line bg-panel px-[11px] text-xs text-ink-2"
    >
      <Age />
      {/* What does not fit wraps out of sight, one whole sign after the other; the empty box before them holds the line, so that even the first can. */}
      <div className="-ml-3.5 flex h-[18px] min-w-0 flex-wrap gap-x-3.5 overflow-hidden leading-[18px] before:h-[18px] before:w-0 before:content-['']">
        {hasLocks && (
          <span className="flex items-center gap-1.5 text-bad">
            <span aria-hidden className="h-3 w-[3px] rounded-full bg-bad" />
            {t("locked")}
          </span>
        )}
        {hasDenials && (
          <span className="flex items-center gap-1.5 text-bad">
            <Ban aria-hidden className="size-2.5" strokeWidth={2.4} />
            {t("denied")}
          </span>
        )}
        {hasPlain && (
          <span className="flex items-center gap-1.5 text-warn">
            <LockMark lock="open" />
            {t("plain")}
          </span>
        )}
        <span>{t("width")}</span>
      </div>
    </section>
  );
}

function Age() {
  const t = useTranslations("topology.legend");
  const proxies = useMesh()?.proxies.filter((proxy) => proxy.connected).length ?? 0;
  const { state } = useStreamStatus();
  const ageS = usePictureAgeS();
  const age = ageS === null ? "–" : state === "stale" ? String(Math.round(ageS)) : ageS.toFixed(1);
  if (state === "stale" && ageS !== null) return <span className="strong shrink-0 text-warn">{t("stale", { age })}</span>;
  if (state === "connecting") return <span className="shrink-0">{t("connecting")}</span>;
  return (
    <span className="min-w-[188px] shrink-0 tabular-nums">{proxies === 0 ? t("unmeasured") : t("measured", { n: proxies, age })}</span>
  );
}
