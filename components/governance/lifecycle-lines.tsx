"use client";

import { TriangleAlert } from "lucide-react";
import { useTranslations } from "use-intl";
import { formatRate } from "@/components/ui/format.ts";
import { useAgo } from "@/components/ui/relative-time.tsx";
import { useNow } from "@/components/ui/use-now.ts";
import type { Version } from "@/lib/client/index.ts";
import { utcText } from "./freeze-weeks.ts";

/** Callers that are named. */
const CALLERS_MAX = 4;

/** What stands about a version's life: since when, what is to come, and who still calls one that is on its way out. */
export function LifecycleLines({ version }: { readonly version: Version }) {
  const t = useTranslations("governance.lifecycle");
  const common = useTranslations("common");
  const ago = useAgo();
  const nowMs = useNow();
  const { by, next, since, sunset } = version.lifecycle;
  const callers = version.calledBy?.map(
    (caller) =>
      `${caller.service}${caller.version === null ? "" : ` ${caller.version}`} (${common("rate", { rate: formatRate(caller.rps) })})`,
  );
  const named = callers?.slice(0, CALLERS_MAX).join(", ");
  return (
    <>
      <span className="text-ink-2">
        {version.build !== undefined && `${t("build", { build: version.build })} · `}
        {nowMs === 0 ? "" : t("since", { ago: ago(nowMs - Date.parse(since)), name: by })}
      </span>
      {next && <div className="text-ink-2">{t("next", { stage: t(`stage.${next.stage}`), at: `${utcText(next.at)} UTC` })}</div>}
      {sunset !== undefined && <div className="text-warn">{t("sunset", { at: `${utcText(sunset)} UTC` })}</div>}
      {callers && (
        <div className={callers.length > 0 ? "flex items-start gap-1.5 text-warn" : "text-ink-3"}>
          {callers.length > 0 && <TriangleAlert aria-hidden className="mt-[3px] size-3 shrink-0" />}
          {callers.length > 0 ? t("calledBy", { callers: `${named}${callers.length > CALLERS_MAX ? " …" : ""}` }) : t("nobody")}
        </div>
      )}
    </>
  );
}
