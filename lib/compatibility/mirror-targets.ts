import type { Service, ServiceName, Version, VersionRef } from "../model/index.ts";

/** Versions that get copies of requests by a rule of `service`: of itself, or of another service. */
export function mirrorTargets(service: Pick<Service, "name" | "rules">): readonly VersionRef[] {
  return service.rules.flatMap((rule) =>
    (rule.filters ?? []).flatMap((filter): readonly VersionRef[] => {
      if (filter.type !== "RequestMirror") return [];
      const { service: name, version } = filter.requestMirror.backendRef;
      return [{ service: (name ?? service.name) as ServiceName, version: version as Version }];
    }),
  );
}
