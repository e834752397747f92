import type { InstanceView, MeshEngine } from "../../engine/index.ts";
import { compareVersions, type MeshState, type RegisteredVersion, type Service, type VersionRef } from "../../model/index.ts";
import type { ResponseOf } from "../operation.ts";

type VersionView = ResponseOf<"GET /api/v1/services/{service}/versions/{version}">;
type ServiceView = ResponseOf<"GET /api/v1/services/{service}">;

/** A service as the wire shows it, its versions newest first. */
export function serviceView(engine: Pick<MeshEngine, "instances" | "governance">, state: MeshState, service: Service): ServiceView {
  return {
    name: service.name,
    hosts: [...service.hosts],
    rev: service.rev,
    registeredAt: service.registeredAt,
    weights: { ...service.weights },
    versions: versionViews(engine, state, service),
    rules: service.rules.length,
  };
}

/** All versions of a service, newest first. */
export function versionViews(engine: Pick<MeshEngine, "instances" | "governance">, state: MeshState, service: Service): VersionView[] {
  const instances = engine.instances(service.name);
  return [...service.versions.values()]
    .sort((left, right) => compareVersions(right.version, left.version))
    .map((version) => versionView(engine, state, service, version, instances));
}

function versionView(
  engine: Pick<MeshEngine, "governance">,
  state: MeshState,
  service: Service,
  version: RegisteredVersion,
  all: readonly InstanceView[],
): VersionView {
  const instances = all.filter((instance) => instance.version === version.version);
  const inRules = service.rules.some((rule) => (rule.split?.weights[version.version] ?? 0) > 0);
  const weightBp = service.weights[version.version] ?? 0;
  return {
    service: service.name,
    version: version.version,
    rev: service.rev,
    requirements: { ...version.requirements },
    openRequirements: Object.keys(version.requirements).filter((provider) => !isRegistered(state, provider)),
    ...(version.capacityRps !== undefined && { capacityRps: version.capacityRps }),
    ...(version.build !== undefined && { build: version.build }),
    ...lifeOf(engine, state, { service: service.name, version: version.version }),
    registeredAt: version.registeredAt,
    registeredBy: version.registeredBy,
    weightBp,
    live: weightBp > 0 || inRules,
    instances: instances.length,
    ready: instances.filter((instance) => instance.health === "ready").length,
  };
}

/** Its stage; of one on its way out also who still calls it. */
function lifeOf(
  { governance }: Pick<MeshEngine, "governance">,
  state: MeshState,
  ref: VersionRef,
): Pick<VersionView, "lifecycle" | "calledBy"> {
  const { by, cause, next, since, stage, sunset } = governance.lifecycleOf(state, ref);
  const lifecycle = { stage, since, by, cause, ...(next && { next }), ...(sunset !== undefined && { sunset }) };
  if (stage !== "deprecated" && stage !== "retired" && sunset === undefined) return { lifecycle };
  return { lifecycle, calledBy: governance.callersOf(ref).map((caller) => ({ ...caller })) };
}

function isRegistered(state: MeshState, provider: string): boolean {
  return (state.services as ReadonlyMap<string, Service>).has(provider);
}
