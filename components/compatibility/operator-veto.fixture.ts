import type { EvidenceFact } from "@/lib/client/index.ts";

/** What an operator says of checkout and payments: that these versions do not work together. */
export function operatorVeto(checkout: string, payments: string, reason: string): EvidenceFact {
  return {
    id: "ev_1",
    source: "operator",
    consumer: { service: "checkout", version: checkout },
    provider: { service: "payments", version: payments },
    constraint: "api",
    verdict: "incompatible",
    at: "2026-01-01T00:00:00Z",
    author: "ada",
    reason,
    sentence: "ada holds that they do not work together.",
  };
}
