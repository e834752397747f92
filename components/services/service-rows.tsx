"use client";

import Link from "next/link";
import { useTranslations } from "use-intl";
import type { LiveLane } from "@/components/live/live-service.ts";
import { sumFigures } from "@/components/live/service-figures.ts";
import { useLive } from "@/components/live/use-live.ts";
import { useTopologyService } from "@/components/live/use-service-figures.ts";
import { useSplit } from "@/components/live/use-split.ts";
import { useVersionColors } from "@/components/live/use-version-color.ts";
import { Figure } from "@/components/ui/figure.tsx";
import { formatErrorRate, formatMs, formatRate, formatWeight } from "@/components/ui/format.ts";
import { VersionSwatch } from "@/components/ui/version-swatch.tsx";
import { WeightBar } from "@/components/ui/weight-bar.tsx";
import type { Service } from "@/lib/client/index.ts";
import { compareVersions } from "@/lib/model/index.ts";
import { HealthDot } from "./health-dot.tsx";

const CELL = "h-9 px-2 text-right first:pl-4 last:pr-4";

/** A service and, where it has several, its versions as lanes beneath it. */
export function ServiceRows({ service }: { readonly service: Service }) {
  const t = useTranslations("services");
  const measured = useTopologyService(service.name);
  const weights = useSplit(service.name)?.weights ?? service.weights;
  const colours = useVersionColors(service.name);
  const windowMs = useLive((state) => state.windowMs);
  const order = service.versions.map((version) => version.version).sort(compareVersions);
  const lanes = order.map((version) => measured?.versions.find((lane) => lane.version === version) ?? null);
  const figures = sumFigures({ versions: lanes.filter((lane) => lane !== null), whole: measured?.whole ?? "unknown" });
  const isSplit = Object.values(weights).some((weight) => weight > 0);
  return (
    <tbody className="group relative border-t border-line hover:bg-[color-mix(in_srgb,var(--ink)_3%,transparent)]">
      <tr>
        <td className={`${CELL} text-left`}>
          <span className="flex items-center gap-2.5">
            <HealthDot health={figures.health} />
            <Link href={`/services/${encodeURIComponent(service.name)}`} className="truncate font-[560] after:absolute after:inset-0">
              {service.name}
            </Link>
            {order.length === 1 && <span className="mono text-ink-3">{order[0]}</span>}
          </span>
        </td>
        <td className={`${CELL} text-left`}>
          {isSplit ? (
            <WeightBar weights={weights} order={order} colourOf={(version) => colours.get(version) ?? "var(--v0)"} />
          ) : (
            <span className="text-ink-3">{order.length === 0 ? t("noVersions") : t("noSplit")}</span>
          )}
        </td>
        <td className={CELL}>
          {/* What has not been measured is not 0. */}
          <Figure
            value={measured && formatRate(figures.rps)}
            windowMs={windowMs}
            requests={figures.requests}
            className="strong"
            missing="–"
          />
        </td>
        <td className={CELL}>
          <Figure
            value={formatErrorRate(figures.errorRate)}
            windowMs={windowMs}
            requests={figures.requests}
            tone={toneOf(figures.health)}
            missing="–"
          />
        </td>
        <td className={CELL}>
          <Figure
            value={figures.p99Ms === null ? null : formatMs(figures.p99Ms)}
            windowMs={windowMs}
            requests={figures.requests}
            missing="–"
          />
        </td>
        <td className={CELL}>
          {measured ? (
            <span className={figures.ready < figures.instances ? "text-warn" : ""}>
              {figures.ready}/{figures.instances}
            </span>
          ) : (
            <span className="text-ink-3">–</span>
          )}
        </td>
      </tr>
      {order.length > 1 &&
        order.map((version, index) => (
          <LaneRow
            key={version}
            version={version}
            lane={lanes[index] ?? null}
            weightBp={weights[version] ?? 0}
            colour={colours.get(version) ?? "var(--v0)"}
            windowMs={windowMs}
          />
        ))}
    </tbody>
  );
}

interface LaneRowProps {
  readonly version: string;
  readonly lane: LiveLane | null;
  readonly weightBp: number;
  readonly colour: string;
  readonly windowMs: number;
}

const LANE_CELL = "h-7 px-2 text-right text-sm text-ink-2 first:pl-4 last:pr-4";

function LaneRow({ version, lane, weightBp, colour, windowMs }: LaneRowProps) {
  return (
    <tr className="last:[&>td]:pb-2">
      <td className={LANE_CELL} />
      <td className={`${LANE_CELL} text-left`}>
        <span className="flex items-center gap-2">
          <VersionSwatch colour={colour} className="h-3.5" />
          <span className="mono text-ink">{version}</span>
          <span className="ml-auto tabular-nums">{formatWeight(weightBp)}</span>
        </span>
      </td>
      <td className={LANE_CELL}>
        <Figure value={lane && formatRate(lane.rps)} windowMs={windowMs} requests={lane?.requests} missing="–" />
      </td>
      <td className={LANE_CELL}>
        <Figure
          value={formatErrorRate(lane?.errorRate ?? null)}
          windowMs={windowMs}
          requests={lane?.requests}
          tone={lane ? toneOf(lane.health) : undefined}
          missing="–"
        />
      </td>
      <td className={LANE_CELL}>
        <Figure value={lane?.p99Ms == null ? null : formatMs(lane.p99Ms)} windowMs={windowMs} requests={lane?.requests} missing="–" />
      </td>
      <td className={LANE_CELL}>{lane ? `${lane.ready}/${lane.instances}` : "–"}</td>
    </tr>
  );
}

function toneOf(health: string): "bad" | "warn" | undefined {
  return health === "bad" || health === "warn" ? health : undefined;
}
