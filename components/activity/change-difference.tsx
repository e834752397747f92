"use client";

import { ArrowRight } from "lucide-react";
import { useTranslations } from "use-intl";
import { useTopologyService } from "@/components/live/use-service-figures.ts";
import { versionColor } from "@/components/live/use-version-color.ts";
import { formatWeight } from "@/components/ui/format.ts";
import { VersionSwatch } from "@/components/ui/version-swatch.tsx";
import { WeightBar } from "@/components/ui/weight-bar.tsx";
import type { Change } from "@/lib/client/index.ts";
import { compareVersions } from "@/lib/model/index.ts";
import { type Difference, differences, isWeights } from "./difference.ts";
import { valueLines } from "./value-lines.ts";

type BeforeAfter = Pick<Change, "before" | "after" | "services">;

/**
 * What a change was before and after, as people read it: splits as bars, the rest as the lines that differ. `none` is said where nothing
 * differs.
 */
export function ChangeDifference({ change, none }: { readonly change: BeforeAfter; readonly none?: string }) {
  const t = useTranslations("activity");
  const found = differences(change.before, change.after);
  if (found.length === 0) return <p className="text-ink-3">{none ?? t("noDifference")}</p>;
  return (
    <div className="grid gap-3">
      {found.map((difference) => (
        <OneDifference key={difference.path} difference={difference} service={serviceOf(change, difference.path)} />
      ))}
    </div>
  );
}

/** A change of one service is about that one; in a record by subject the path starts with the service. */
function serviceOf(change: BeforeAfter, path: string): string {
  return change.services.length === 1 ? (change.services[0] ?? "") : (path.split(" › ")[0]?.split("@")[0] ?? "");
}

function OneDifference({ difference, service }: { readonly difference: Difference; readonly service: string }) {
  const { path, before, after } = difference;
  const heading = path === "weights" ? "" : path;
  return (
    <div className="grid gap-1.5">
      {heading !== "" && <h3 className="font-mono text-[11.5px] text-ink-2">{heading}</h3>}
      {isWeights(after) || isWeights(before) ? (
        <WeightsDifference service={service} before={isWeights(before) ? before : {}} after={isWeights(after) ? after : {}} />
      ) : (
        <LinesDifference before={before} after={after} />
      )}
    </div>
  );
}

type Weights = Readonly<Record<string, number>>;

function WeightsDifference({ service, before, after }: { readonly service: string; readonly before: Weights; readonly after: Weights }) {
  const t = useTranslations("activity");
  const known = (useTopologyService(service)?.versions ?? []).map((lane) => lane.version);
  const order = [...new Set([...known, ...Object.keys(before), ...Object.keys(after)])].sort(compareVersions);
  const colourOf = (version: string) => versionColor(order, version);
  const shown = order.filter((version) => (before[version] ?? 0) > 0 || (after[version] ?? 0) > 0);
  return (
    <div className="grid gap-2">
      <div className="grid grid-cols-[52px_minmax(0,1fr)] items-center gap-x-3 gap-y-1.5 text-xs text-ink-3">
        <span>{t("before")}</span>
        <WeightBar weights={before} order={order} colourOf={colourOf} />
        <span>{t("after")}</span>
        <WeightBar weights={after} order={order} colourOf={colourOf} />
      </div>
      <ul className="flex flex-wrap gap-x-5 gap-y-1">
        {shown.map((version) => (
          <li key={version} className="flex items-center gap-2 tabular-nums">
            <VersionSwatch colour={colourOf(version)} className="h-3.5" />
            <span className="mono">{version}</span>
            <span className="text-ink-3">{formatWeight(before[version] ?? 0)}</span>
            <ArrowRight aria-hidden className="size-3 text-ink-3" />
            <b className="strong">{formatWeight(after[version] ?? 0)}</b>
          </li>
        ))}
      </ul>
    </div>
  );
}

function LinesDifference({ before, after }: { readonly before: unknown; readonly after: unknown }) {
  const t = useTranslations("activity");
  const none = useTranslations("common")("none");
  const was = before === null || before === undefined ? [] : valueLines(before, none);
  const is = after === null || after === undefined ? [] : valueLines(after, none);
  const gone = was.filter((line) => !is.includes(line));
  const come = is.filter((line) => !was.includes(line));
  return (
    <div className="rounded-2 border border-line bg-sunken px-2.5 py-1.5 font-mono text-[11.5px] leading-[18px]">
      {was.length === 0 && <div className="text-ink-3">{t("nothingBefore")}</div>}
      {gone.map((line) => (
        <div key={`- ${line}`} className="whitespace-pre-wrap break-words text-bad">
          <span aria-hidden>− </span>
          {line}
        </div>
      ))}
      {come.map((line) => (
        <div key={`+ ${line}`} className="whitespace-pre-wrap break-words text-ok">
          <span aria-hidden>+ </span>
          {line}
        </div>
      ))}
      {is.length === 0 && <div className="text-ink-3">{t("nothingAfter")}</div>}
    </div>
  );
}
