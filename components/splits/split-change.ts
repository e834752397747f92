import { quote } from "@/components/ui/quote.ts";
import type { SplitDraft } from "./draft-store.ts";
import { percentText } from "./split-bounds.ts";

/** The change that a draft makes, as the API takes it. */
export function splitChange({ service, rev, weights, override }: SplitDraft) {
  return {
    kind: "split" as const,
    service,
    rev,
    weights,
    ...(override && { override: { reason: override.reason, expiresAt: override.expiresAt } }),
  };
}

/** The same change for a terminal. */
export function splitCommand({ service, weights, override }: SplitDraft, reason: string): string {
  const parts = Object.entries(weights).map(([version, weightBp]) => `${version}=${percentText(weightBp)}`);
  const why = reason === "" ? [] : ["--reason", quote(reason)];
  const responsibility = override ? ["--override-reason", quote(override.reason), "--override-until", quote(override.expiresAt)] : [];
  return ["interlock", "split", service, ...parts, ...why, ...responsibility].join(" ");
}
