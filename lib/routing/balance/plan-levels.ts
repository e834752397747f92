import type { EffectiveTrafficPolicy, SnapshotEndpoint, Version } from "../../model/index.ts";

/** `preferred`: where requests go while it is healthy. `zone`: the same version elsewhere. `version`: another version. */
export type LevelKind = "preferred" | "zone" | "version";

/** Instances that are equally welcome; a level gets requests only when those before it cannot take all. */
export interface Level {
  readonly kind: LevelKind;
  readonly version: Version;
  /** The zone that all its instances stand in; null when they stand in several. */
  readonly zone: string | null;
  readonly endpoints: readonly SnapshotEndpoint[];
}

export interface LevelsInput {
  /** The version that the split chose. */
  readonly version: Version;
  /** Of the service, all versions. */
  readonly endpoints: readonly SnapshotEndpoint[];
  /** Of the caller. */
  readonly zone: string;
  readonly policy: Pick<EffectiveTrafficPolicy, "loadBalancing" | "failover">;
  /** Whether the caller may meet a version. */
  readonly mayMeet: (version: Version) => boolean;
}

/** An instance without a zone is in that of its node. */
export function zoneOf({ zone, node }: Pick<SnapshotEndpoint, "zone" | "node">): string {
  return zone ?? node ?? "";
}

/**
 * Priority levels for one version, without empty ones; every instance is in one level at most. First the version's own instances: with zone
 * preference those of the caller's zone, then zones in the order of the failover steps, then the zones nobody named; without it the zones nobody
 * named come first. Then other versions, in the order of the steps.
 */
export function planLevels({ version, endpoints: known, zone, policy, mayMeet }: LevelsInput): readonly Level[] {
  const endpoints = known.filter(({ standby }) => standby !== true);
  const own = endpoints.filter((endpoint) => endpoint.version === version);
  const { zonePreference } = policy.loadBalancing;
  const named = policy.failover.flatMap((step) => (step.kind === "zone" && !(zonePreference && step.zone === zone) ? [step.zone] : []));
  const inZone = (name: string) => own.filter((endpoint) => zoneOf(endpoint) === name);
  const unnamed = own.filter((endpoint) => !named.includes(zoneOf(endpoint)) && !(zonePreference && zoneOf(endpoint) === zone));
  const levelOf = (kind: LevelKind, members: readonly SnapshotEndpoint[]): Level => ({
    kind,
    version: members[0]?.version ?? version,
    zone: onlyZone(members),
    endpoints: members,
  });
  const levels = [
    levelOf("preferred", zonePreference ? inZone(zone) : unnamed),
    ...[...new Set(named)].map((name) => levelOf("zone", inZone(name))),
    ...(zonePreference ? [levelOf("zone", unnamed)] : []),
    ...versionSteps(policy.failover, version)
      .filter(mayMeet)
      .map((other) =>
        levelOf(
          "version",
          endpoints.filter((endpoint) => endpoint.version === other),
        ),
      ),
  ];
  return levels.filter((level) => level.endpoints.length > 0);
}

/**
 * Whether requests at `level` have left what they prefer. Those to another zone have not where the caller's own has no instance of the version:
 * that is how the mesh was laid out.
 */
export function isAway({ kind }: Level, levels: readonly Level[]): boolean {
  return kind === "version" || (kind === "zone" && levels[0]?.kind === "preferred");
}

function versionSteps(steps: EffectiveTrafficPolicy["failover"], version: Version): readonly Version[] {
  const others = steps.flatMap((step) => (step.kind === "version" && step.version !== version ? [step.version as Version] : []));
  return [...new Set(others)];
}

function onlyZone(endpoints: readonly SnapshotEndpoint[]): string | null {
  const zones = new Set(endpoints.map(zoneOf));
  return zones.size === 1 ? ([...zones][0] ?? null) : null;
}
