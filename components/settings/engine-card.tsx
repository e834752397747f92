"use client";

import Link from "next/link";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { useMesh } from "@/components/live/use-mesh.ts";
import { useStreamStatus } from "@/components/live/use-stream-status.ts";
import { Card } from "@/components/shell/page.tsx";
import { classNames } from "@/components/ui/class-names.ts";
import { formatBytes, formatShare } from "@/components/ui/format.ts";
import { Skeleton } from "@/components/ui/states.tsx";
import type { Mesh } from "@/lib/client/index.ts";

/** From this share of its limit on, the data folder is called nearly full. */
const NEARLY_FULL = 0.9;

/** The engine's version, its log, and how much room its data folder takes. */
export function EngineCard() {
  const t = useTranslations("settings");
  const common = useTranslations("common.error");
  const mesh = useMesh();
  const { state } = useStreamStatus();
  return (
    <Card title={t("engine")}>
      {mesh ? (
        <EngineFacts mesh={mesh} />
      ) : state === "stale" ? (
        <p role="alert" className="text-ink-2">
          <span className="strong text-warn">{common("unreachable")}.</span> {common("unreachableDetail")}
        </p>
      ) : (
        <Skeleton className="h-[92px]" />
      )}
    </Card>
  );
}

function EngineFacts({ mesh }: { readonly mesh: Mesh }) {
  const t = useTranslations("settings");
  return (
    <div className="grid gap-4">
      <dl className="flex flex-wrap gap-x-10 gap-y-2">
        <Fact label={t("version")}>{mesh.version}</Fact>
        <Fact label={t("log")}>
          <Link href="/activity" className="hover:underline" title={t("logLink")}>
            {t("logEntries", { n: mesh.seq })}
          </Link>
        </Fact>
        <Fact label={t("instances")}>{t("instancesReady", mesh.instances)}</Fact>
      </dl>
      <DataFolder bytes={mesh.data.bytes} limitBytes={mesh.data.limitBytes} />
    </div>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt className="text-xs text-ink-3">{label}</dt>
      <dd className="text-md font-[540] tabular-nums">{children}</dd>
    </div>
  );
}

function DataFolder({ bytes, limitBytes }: { readonly bytes: number; readonly limitBytes: number }) {
  const t = useTranslations("settings");
  const share = limitBytes > 0 ? Math.min(1, bytes / limitBytes) : 0;
  const isNear = share >= NEARLY_FULL;
  const used = t("dataUsed", { bytes: formatBytes(bytes), limit: formatBytes(limitBytes) });
  return (
    <div className="grid gap-1.5">
      <div className="flex items-baseline gap-2">
        <h3 className="text-sm font-[540] text-ink-2">{t("data")}</h3>
        <span className="tabular-nums">{used}</span>
        <span className="text-ink-3">{t("dataShare", { share: formatShare(share) })}</span>
      </div>
      <div aria-hidden className="h-1.5 overflow-hidden rounded-full bg-line">
        <div
          className={classNames("h-full min-w-[3px] rounded-full", isNear ? "bg-warn" : "bg-accent")}
          style={{ width: formatCssPercent(share) }}
        />
      </div>
      <p className={classNames("max-w-[80ch] text-xs", isNear ? "text-warn" : "text-ink-3")}>{isNear ? t("dataNear") : t("dataHint")}</p>
    </div>
  );
}

function formatCssPercent(share: number): string {
  return `${(share * 100).toFixed(2)}%`;
}
