import type { Command } from "@/components/ui/copy-command.tsx";
import { quote } from "@/components/ui/quote.ts";
import type { ConstraintKind } from "@/lib/model/index.ts";

/** When an operator's word ends, as the command line writes it. */
export type Expiry = "1h" | "24h" | "7d" | "none";

export const EXPIRIES: readonly Expiry[] = ["1h", "24h", "7d", "none"];

const HOUR_MS = 3_600_000;
const LENGTH_MS: Readonly<Record<Exclude<Expiry, "none">, number>> = { "1h": HOUR_MS, "24h": 24 * HOUR_MS, "7d": 7 * 24 * HOUR_MS };

interface NamedVersion {
  readonly service: string;
  readonly version: string;
}

/** An operator's word on a pair, as far as it is typed. */
export interface FactDraft {
  readonly consumer: NamedVersion;
  readonly provider: NamedVersion;
  /** `incompatible`: a veto; `compatible`: an allowance. */
  readonly verdict: "compatible" | "incompatible";
  readonly constraint: ConstraintKind;
  readonly reason: string;
  readonly expiry: Expiry;
}

/** The request that records it now. */
export function factBody({ consumer, provider, verdict, constraint, reason, expiry }: FactDraft, nowMs: number) {
  const body = { consumer, provider, verdict, constraint, reason: reason.trim() };
  return expiry === "none" ? body : { ...body, expiresAt: new Date(nowMs + LENGTH_MS[expiry]).toISOString() };
}

/** The same for a terminal; the API's body leaves the end out, as it is a moment and not a span. */
export function factCommand(draft: FactDraft): Command {
  const { constraint, consumer, expiry, provider, verdict } = draft;
  const reason = draft.reason.trim();
  const cli = [
    `interlock evidence ${verdict === "incompatible" ? "veto" : "allow"}`,
    quote(`${consumer.service}@${consumer.version}`),
    quote(`${provider.service}@${provider.version}`),
    ...(constraint === "api" ? [] : [`--constraint ${constraint}`]),
    ...(expiry === "none" ? [] : [`--until ${expiry}`]),
    `--reason ${reason === "" ? "…" : quote(reason)}`,
  ].join(" ");
  return {
    cli,
    method: "POST",
    path: "/api/v1/evidence",
    body: { consumer, provider, verdict, constraint, reason: reason === "" ? "…" : reason },
  };
}
