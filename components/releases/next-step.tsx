"use client";

import { useTranslations } from "use-intl";
import { useNow } from "@/components/ui/use-now.ts";
import type { ReleaseView } from "./release-view.ts";
import { clockSpan } from "./time-axis.ts";

/** When the next step comes if nothing stops it, or what it waits for; nothing of a release that does not go forward. */
export function NextStep({ release: { held, nextStepAt, state, waitingFor } }: { readonly release: ReleaseView }) {
  const t = useTranslations("releases.next");
  const nowMs = useNow();
  if (state !== "running" && state !== "promoting") return null;
  if (held) return <span className="text-warn">{t("held")}</span>;
  const leftMs = nextStepAt === null || nowMs === 0 ? 0 : Date.parse(nextStepAt) - nowMs;
  if (leftMs > 500) {
    return <span className="font-[540] tabular-nums">{t("in", { span: clockSpan(leftMs) })}</span>;
  }
  if (waitingFor === null) return <span className="text-ink-2">{t("now")}</span>;
  // The judge's card says the rest.
  return (
    <span lang="en" className="text-ink-2" title={waitingFor}>
      {waitingFor.split(/(?<=\.) /)[0]}
    </span>
  );
}
