import { useMemo } from "react";
import { compareVersions } from "@/lib/model/index.ts";
import { useLive } from "./use-live.ts";
import { useTopologyService } from "./use-service-figures.ts";

const COLORS = ["var(--v0)", "var(--v1)", "var(--v2)", "var(--v3)", "var(--v4)", "var(--v5)"] as const;

/** The colour of a version among all of its service, whatever their order: the oldest has the calm one; the scale begins anew after six. */
export function versionColor(versions: readonly string[], version: string): string {
  const place = versions.toSorted(compareVersions).indexOf(version);
  return COLORS[Math.max(0, place) % COLORS.length] ?? COLORS[0];
}

/** The colour that a version has everywhere: in the graph, bars, charts and tables. */
export function useVersionColor(service: string, version: string): string {
  return useLive((state) =>
    versionColor(
      (state.services.get(service)?.versions ?? []).map((lane) => lane.version),
      version,
    ),
  );
}

/** The colours of all versions of a service, for what draws many. */
export function useVersionColors(service: string): ReadonlyMap<string, string> {
  const measured = useTopologyService(service);
  return useMemo(() => {
    const versions = (measured?.versions ?? []).map((lane) => lane.version).toSorted(compareVersions);
    return new Map(versions.map((version) => [version, versionColor(versions, version)]));
  }, [measured]);
}
