"use client";

import { useMemo } from "react";
import { useTranslations } from "use-intl";
import { useKnownMesh } from "@/components/live/use-known-mesh.ts";
import { useServices } from "@/components/live/use-services.ts";
import { versionColor } from "@/components/live/use-version-color.ts";
import { Card } from "@/components/shell/page.tsx";
import { VersionSwatch } from "@/components/ui/version-swatch.tsx";
import type { CompatibilityCell } from "@/lib/client/index.ts";
import { useMatrix } from "./use-matrix.ts";
import { adviceOn, fittingVersions } from "./way-out.ts";

interface WayOutProps {
  readonly consumer: string;
  readonly provider: string;
  readonly cell: CompatibilityCell;
}

/** What would make the pair work, and the versions on either side that fit; nothing for a pair that works. */
export function WayOutCard({ consumer, provider, cell }: WayOutProps) {
  const t = useTranslations("compatibility.wayOut");
  const known = useKnownMesh();
  const { matrix } = useMatrix(consumer, provider);
  const { consumerVersion, providerVersion, verdict } = cell;
  const advice = useMemo(() => {
    const from = { service: consumer, version: consumerVersion };
    const to = { service: provider, version: providerVersion };
    return adviceOn(known, from, to, new Date().toISOString());
  }, [known, consumer, provider, consumerVersion, providerVersion]);
  if (verdict === "compatible" || !matrix) return null;
  const { consumers, providers } = fittingVersions(matrix, cell);
  return (
    <Card title={verdict === "unknown" ? t("titleUnknown") : t("title")}>
      <div className="grid gap-3">
        {advice !== null && <p className="text-ink">{advice}</p>}
        <Fitting
          title={t("consumers", { consumer, provider, version: providerVersion })}
          service={consumer}
          fitting={consumers}
          all={matrix.consumerVersions}
        />
        <Fitting
          title={t("providers", { consumer, provider, version: consumerVersion })}
          service={provider}
          fitting={providers}
          all={matrix.providerVersions}
        />
      </div>
    </Card>
  );
}

interface FittingProps {
  readonly title: string;
  readonly service: string;
  readonly fitting: readonly string[];
  readonly all: readonly string[];
}

function Fitting({ title, service, fitting, all }: FittingProps) {
  const t = useTranslations("compatibility.wayOut");
  const versions = useServices().find((each) => each.name === service)?.versions ?? [];
  if (fitting.length === 0) return null;
  return (
    <div className="grid gap-1">
      <h3 className="text-xs font-[520] text-ink-3">{title}</h3>
      <ul className="flex flex-wrap gap-x-5 gap-y-1">
        {fitting.map((version) => {
          const known = versions.find((each) => each.version === version);
          const ready = known?.ready ?? 0;
          return (
            <li key={version} className="flex items-center gap-1.5">
              <VersionSwatch colour={versionColor(all, version)} className="h-3.5" />
              <span className="mono">{version}</span>
              <span className="text-ink-3">
                {known?.live === true && `${t("live")}, `}
                {ready > 0 ? t("ready", { n: ready }) : t("notReady")}
              </span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
