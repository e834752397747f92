"use client";

import { useTranslations } from "use-intl";
import { useLive } from "@/components/live/use-live.ts";
import { useLane } from "@/components/live/use-service-figures.ts";
import { useSplit } from "@/components/live/use-split.ts";
import { useVersionColor } from "@/components/live/use-version-color.ts";
import { Basis, Figure } from "@/components/ui/figure.tsx";
import { formatCount, formatErrorRate, formatMs, formatShare } from "@/components/ui/format.ts";
import { VersionSwatch } from "@/components/ui/version-swatch.tsx";
import type { Segment } from "./split-bounds.ts";
import type { SplitEditor } from "./use-split-editor.ts";
import { WeightInput } from "./weight-input.tsx";

const TH = "h-7 whitespace-nowrap px-[3px] text-right text-[11px] font-[520] text-ink-3 first:pl-0 first:text-left last:pr-0";
const TD = "h-8 whitespace-nowrap border-t border-line px-[3px] text-right text-sm tabular-nums first:pl-0 first:text-left last:pr-0";

/** The three figures of every weight, with errors, p99 and readiness of its version; a weight can be typed. */
export function SplitFigures({ editor, ready = true }: { readonly editor: SplitEditor; readonly ready?: boolean }) {
  const t = useTranslations("splits.figures");
  const windowMs = useLive((state) => state.windowMs);
  return (
    <div className="overflow-x-auto">
      <table aria-label={t("label")} className="w-full table-fixed border-collapse">
        <thead>
          <tr>
            <th scope="col" className={TH} style={{ width: ready ? "22%" : "20%" }}>
              {t("version")}
            </th>
            <th scope="col" className={TH} style={{ width: "16%" }}>
              {t("intended")}
            </th>
            <th scope="col" className={TH}>
              {t("accepted")}
            </th>
            <th scope="col" className={TH} style={{ width: "22%" }}>
              {t("observed")}
            </th>
            <th scope="col" className={TH}>
              {t("errors")}
            </th>
            <th scope="col" className={TH}>
              {t("p99")}
            </th>
            {ready && (
              <th scope="col" className={TH}>
                {t("ready")}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {editor.segments.map((segment) => (
            <Row key={segment.version} editor={editor} segment={segment} ready={ready} />
          ))}
        </tbody>
      </table>
      <p className="mt-1 text-right text-xs">
        <Basis windowMs={windowMs} />
      </p>
    </div>
  );
}

function Row({ editor, segment, ready }: { readonly editor: SplitEditor; readonly segment: Segment; readonly ready: boolean }) {
  const t = useTranslations("splits.figures");
  const split = useSplit(editor.service);
  const lane = useLane(editor.service, segment.version);
  const color = useVersionColor(editor.service, segment.version);
  const windowMs = useLive((state) => state.windowMs);
  const health = lane ? lane.health : "unknown";
  const accepted = split?.accepted;
  const isAccepted = accepted !== undefined && accepted.acknowledged === accepted.proxies && accepted.proxies > 0;
  return (
    <tr>
      <td className={TD}>
        <span className="flex min-w-0 items-center gap-2">
          <VersionSwatch colour={color} className="h-3.5" />
          <span className="mono min-w-0 truncate">{segment.version}</span>
        </span>
      </td>
      <td className={TD}>
        <WeightInput
          version={segment.version}
          weightBp={segment.weightBp}
          drafted={segment.weightBp !== (editor.base[segment.version] ?? 0)}
          onWeight={(weightBp) => editor.set(segment.version, weightBp)}
        />
      </td>
      <td className={TD}>
        {accepted && (
          <span title={t("acceptedHint", accepted)} className={isAccepted ? "text-ok" : "text-warn"}>
            {accepted.acknowledged}/{accepted.proxies}
          </span>
        )}
      </td>
      <td className={TD}>
        <ObservedShare service={editor.service} version={segment.version} />
      </td>
      <td className={TD}>
        <Figure
          value={formatErrorRate(lane?.errorRate ?? null)}
          requests={lane?.requests}
          windowMs={windowMs}
          missing="–"
          tone={health === "bad" || health === "warn" ? health : undefined}
        />
      </td>
      <td className={TD}>
        <Figure value={lane?.p99Ms == null ? null : formatMs(lane.p99Ms)} requests={lane?.requests} windowMs={windowMs} missing="–" />
      </td>
      {ready && (
        <td className={TD}>
          <span className={lane && lane.ready < lane.instances ? "text-warn" : ""}>{lane ? `${lane.ready}/${lane.instances}` : "–"}</span>
        </td>
      )}
    </tr>
  );
}

/** `74.8 ±1.2`: the measured share with half its 95 % interval, in percent. */
function ObservedShare({ service, version }: { readonly service: string; readonly version: string }) {
  const t = useTranslations("splits.figures");
  const observed = useSplit(service)?.observed;
  const share = observed?.versions[version];
  if (!observed || share?.share == null || share.low === null || share.high === null) return <span className="text-ink-3">–</span>;
  const hint = t("observedHint", {
    low: formatShare(share.low),
    high: formatShare(share.high),
    n: observed.requests,
    count: formatCount(observed.requests),
    seconds: Math.round(observed.windowMs / 1000),
  });
  return (
    <span title={hint}>
      {(share.share * 100).toFixed(share.share === 1 ? 0 : 1)}
      <span className="text-ink-3"> ±{(((share.high - share.low) / 2) * 100).toFixed(1)}</span>
    </span>
  );
}
