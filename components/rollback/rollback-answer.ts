import type { ResponseOf } from "@/lib/client/index.ts";
import { losers } from "./weight-moves.ts";

/** What the engine says of a rollback, asked or carried out. */
export type RollbackAnswer = ResponseOf<"POST /api/v1/services/{service}/rollback">;

/**
 * What an accepted answer says of other services. The engine refuses what would break a live pair, so none has to move for that; it judges
 * nothing of pairs that are unproven, and without an exposure it has not said what it judged.
 */
export function alsoOf({ exposure }: Pick<RollbackAnswer, "exposure">): "alsoNothing" | "alsoUnproven" | "alsoUnknown" {
  if (exposure === undefined) return "alsoUnknown";
  return exposure.after.unproven > 0 ? "alsoUnproven" : "alsoNothing";
}

type Step = {
  readonly key: "stepAccept" | "stepMove" | "stepProof" | "stepSettle";
  readonly values: { readonly n: number; readonly to: string; readonly versions: string };
};

/** What happens after the press, in order. Only a version that ends without weight can be seen to fall silent. */
export function rollbackSteps({ from, to }: Pick<RollbackAnswer, "from" | "to">, proxies: number): readonly Step[] {
  const left = losers(from, to, { entirely: true });
  const staying = Object.keys(to).filter((version) => (to[version] ?? 0) > 0);
  const values = { n: proxies, to: staying.join(", "), versions: left.join(", ") };
  return (["stepAccept", "stepMove", left.length > 0 ? "stepProof" : "stepSettle"] as const).map((key) => ({ key, values }));
}
