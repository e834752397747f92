import {
  EMPTY_MESH_STATE,
  type EvidenceFact,
  type Instance,
  type MeshState,
  type Override,
  type RegisteredVersion,
  type RouteRule,
  type Service,
  type ServiceName,
  type Version,
  type VersionRange,
  type Weights,
} from "../model/index.ts";

/** One service in short: requirements by version, and its split. */
export interface ServiceSketch {
  readonly versions: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly weights?: Weights;
  readonly rules?: readonly RouteRule[];
}

/** When everything in a sketched mesh was registered. */
export const SKETCHED_AT = "2026-01-01T00:00:00.000Z";

/** A mesh state from a few words, for tests of the pure core: no log, no instances. */
export function meshOf(
  sketch: Readonly<Record<string, ServiceSketch>>,
  overrides: readonly Override[] = [],
  evidence: readonly EvidenceFact[] = [],
): MeshState {
  const services = Object.entries(sketch).map(([name, service]) => [name as ServiceName, serviceOf(name as ServiceName, service)] as const);
  return { ...EMPTY_MESH_STATE, seq: 1, services: new Map(services), overrides, evidence };
}

function serviceOf(name: ServiceName, { versions, weights = {}, rules = [] }: ServiceSketch): Service {
  const registered = Object.entries(versions).map(([version, requirements]): [Version, RegisteredVersion] => [
    version as Version,
    {
      version: version as Version,
      requirements: requirements as Readonly<Record<string, VersionRange>>,
      registeredAt: SKETCHED_AT,
      registeredBy: "anna",
    },
  ]);
  return {
    name,
    hosts: [],
    rev: 1,
    registeredAt: SKETCHED_AT,
    versions: new Map(registered),
    weights,
    splitEpoch: 1,
    weightsHistory: [],
    rules,
    policy: {},
    authorization: null,
    staticInstances: new Map<Instance["id"], Instance>(),
  };
}
