import type { Evidence, MeshState, ServiceName, Verdict, Version } from "../model/index.ts";
import { orderOf } from "./edge-verdicts.ts";
import { liveVersions } from "./live-versions.ts";
import { verdictOf } from "./verdict-of.ts";

export interface MatrixCell {
  readonly consumerVersion: Version;
  readonly providerVersion: Version;
  readonly verdict: Verdict;
  readonly evidence: readonly Evidence[];
  /** Both versions are live. */
  readonly live: boolean;
}

/** All pairs of two services, versions lowest first, cells row by row (consumer by consumer). */
export interface Matrix {
  readonly consumerVersions: readonly Version[];
  readonly providerVersions: readonly Version[];
  readonly cells: readonly MatrixCell[];
}

/** The verdicts of every registered pair of two services; empty where one is not registered. */
export function matrix(state: MeshState, consumer: ServiceName, provider: ServiceName, nowIso: string): Matrix {
  const consumers = state.services.get(consumer);
  const providers = state.services.get(provider);
  const consumerVersions = orderOf(consumers).versions;
  const providerVersions = orderOf(providers).versions;
  const liveConsumers = consumers === undefined ? new Set() : liveVersions(consumers);
  const liveProviders = providers === undefined ? new Set() : liveVersions(providers);
  const cells = consumerVersions.flatMap((consumerVersion) =>
    providerVersions.map((providerVersion): MatrixCell => {
      const { verdict, evidence } = verdictOf(
        state,
        { service: consumer, version: consumerVersion },
        { service: provider, version: providerVersion },
        nowIso,
      );
      return {
        consumerVersion,
        providerVersion,
        verdict,
        evidence,
        live: liveConsumers.has(consumerVersion) && liveProviders.has(providerVersion),
      };
    }),
  );
  return { consumerVersions, providerVersions, cells };
}
