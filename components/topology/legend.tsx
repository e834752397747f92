"use client";

import { Ban } from "lucide-react";
import { useTranslations } from "use-intl";
import { useMesh } from "@/components/live/use-mesh.ts";
import { usePictureAgeS, useStreamStatus } from "@/components/live/use-stream-status.ts";
import { LockMark } from "@/components/security/lock-mark.tsx";

/** What the signs mean, who measured the figures, and how old they are. */
export function Legend() {
  const t = useTranslations("topology.legend");
  const proxies = useMesh()?.proxies.filter((proxy) => proxy.connected).length ?? 0;
  const { state } = useStreamStatus();
  const ageS = usePictureAgeS();
  const age = ageS === null ? "–" : state === "stale" ? String(Math.round(ageS)) : ageS.toFixed(1);
  return (
    <section
      aria-label={t("label")}
      className="pointer-events-none absolute bottom-3.5 left-3.5 z-10 flex gap-3.5 whitespace-nowrap rounded-[8px] border border-line bg-panel px-[11px] py-[7px] text-xs text-ink-2"
    >
      <span>{t("width")}</span>
      <span className="flex items-center gap-1.5 text-bad">
        <span aria-hidden className="h-3 w-[3px] rounded-full bg-bad" />
        {t("locked")}
      </span>
      <span className="hidden items-center gap-1.5 text-bad min-[1400px]:flex">
        <Ban aria-hidden className="size-2.5" strokeWidth={2.4} />
        {t("denied")}
      </span>
      <span className="hidden items-center gap-1.5 text-warn min-[1400px]:flex">
        <LockMark lock="open" />
        {t("plain")}
      </span>
      {state === "stale" && ageS !== null ? (
        <span className="strong text-warn">{t("stale", { age })}</span>
      ) : state === "connecting" ? (
        <span>{t("connecting")}</span>
      ) : (
        <span className="min-w-[188px] tabular-nums">{proxies === 0 ? t("unmeasured") : t("measured", { n: proxies, age })}</span>
      )}
    </section>
  );
}
