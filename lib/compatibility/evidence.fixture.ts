import type { ConstraintKind, EvidenceFact, ServiceName, Version, VersionRef } from "../model/index.ts";

/** `checkout@1.4.0` as a version. */
export function ref(text: string): VersionRef {
  const [service = "", version = ""] = text.split("@");
  return { service: service as ServiceName, version: version as Version };
}

let count = 0;

/** A fact from a few words: who says what of which pair. */
export function fact(
  source: EvidenceFact["source"],
  consumer: string,
  provider: string,
  verdict: EvidenceFact["verdict"],
  more: Partial<Omit<EvidenceFact, "constraint">> & { readonly constraint?: ConstraintKind } = {},
): EvidenceFact {
  count += 1;
  const verified = source === "verification" ? { contractHash: "sha256:one", verifier: "ci" } : {};
  return {
    id: `ev_${count}`,
    source,
    consumer: ref(consumer),
    provider: ref(provider),
    constraint: "api",
    verdict,
    at: "2026-01-10T00:00:00.000Z",
    author: "anna",
    reason: "",
    ...verified,
    ...more,
  };
}
