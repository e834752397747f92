import type { Service } from "@/lib/client/index.ts";
import { compareVersions, FULL_WEIGHT_BP } from "@/lib/model/index.ts";

/** Why a version cannot be released now. */
export type ReleasableWhy = "notReady" | "whole";

export interface ReleasableVersion {
  readonly version: string;
  readonly weightBp: number;
  /** Null where it can be. */
  readonly why: ReleasableWhy | null;
}

/** The versions of a service, the newest first, with what speaks against a release of each: nobody ready to answer, or all the traffic already. */
export function releasableVersions({ versions, weights }: Pick<Service, "versions" | "weights">): readonly ReleasableVersion[] {
  return versions
    .toSorted((left, right) => compareVersions(right.version, left.version))
    .map(({ ready, version }) => {
      const weightBp = weights[version] ?? 0;
      return { version, weightBp, why: weightBp === FULL_WEIGHT_BP ? "whole" : ready === 0 ? "notReady" : null };
    });
}

/** The version that a release of a service is most likely about: the newest that can be released. */
export function likelyVersion(service: Pick<Service, "versions" | "weights">): string {
  return releasableVersions(service).find(({ why }) => why === null)?.version ?? "";
}
