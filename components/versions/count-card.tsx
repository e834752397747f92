"use client";

import { useTranslations } from "use-intl";
import { Card } from "@/components/shell/page.tsx";
import { formatMs } from "@/components/ui/format.ts";
import { Skeleton } from "@/components/ui/states.tsx";
import { formatBig } from "./format-big.ts";
import type { TimedSpace } from "./use-version-space.ts";

interface CountProps {
  /** With the pins; of those before while it is asked. */
  readonly latest: TimedSpace | null;
  readonly base: TimedSpace | null;
  readonly isAsking: boolean;
}

/** How many configurations the pins leave, of how many, and how exact that is. */
export function CountCard({ base, isAsking, latest }: CountProps) {
  const t = useTranslations("versions.count");
  if (latest === null || base === null) {
    return (
      <Card title={t("title")}>
        <Skeleton className="h-[52px] w-40" />
      </Card>
    );
  }
  const { count, settled } = latest.space;
  return (
    <Card title={t("title")}>
      <output aria-live="polite" className={`block transition-opacity duration-120 ${isAsking ? "opacity-60" : ""}`}>
        <span className="flex items-baseline gap-2">
          <span className="text-[26px] font-semibold leading-[32px] tracking-[-0.03em]">{formatBig(count.upper)}</span>
          <span className="text-md font-medium text-ink-3">{t("of", { total: formatBig(base.space.count.upper) })}</span>
        </span>
        <span className="block text-ink-3">
          <CountSentence latest={latest} />
        </span>
        {!settled && <span className="mt-1 block text-warn">{t("unsettled")}</span>}
      </output>
    </Card>
  );
}

function CountSentence({ latest: { space, tookMs } }: { readonly latest: TimedSpace }) {
  const t = useTranslations("versions.count");
  const { count, tooWide } = space;
  const ms = formatMs(tookMs);
  if (count.upper === "0") return t("none");
  if (tooWide.length > 0) {
    return t("tooWide", { lower: formatBig(count.lower), upper: formatBig(count.upper), services: tooWide.slice(0, 3).join(", "), ms });
  }
  if (count.exact !== undefined) return t("exact", { ms });
  return t("proven", { lower: formatBig(count.lower), ms });
}
