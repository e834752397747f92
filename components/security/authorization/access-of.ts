import type { TopologyEdge } from "@/lib/client/index.ts";
import type { AuthorizationPolicy } from "@/lib/model/index.ts";
import { type Caller, type CallerAnswer, type CallerVerdict, callerVerdict } from "./caller-verdict.ts";
import { callersOf } from "./policy-graph.ts";

/** A caller of now, and what a draft would do with it. */
export interface AccessRow {
  readonly caller: Caller;
  readonly rps: number;
  readonly answer: CallerAnswer;
  /** Compared with the policy in force. */
  readonly change: "same" | "gains" | "loses";
}

interface AccessInput {
  /** The version pairs that end at the service. */
  readonly edges: readonly Pick<TopologyEdge, "from" | "rps" | "requests" | "denied" | "encrypted">[];
  readonly draft: AuthorizationPolicy | null;
  readonly inForce: AuthorizationPolicy | null;
  readonly trustDomain: string;
}

const RANK: Readonly<Record<CallerVerdict, number>> = { refused: 0, partly: 1, allowed: 2 };

/** Callers of now by version, those that lose something first, then by traffic. */
export function accessOf({ edges, draft, inForce, trustDomain }: AccessInput): readonly AccessRow[] {
  const byCaller = Map.groupBy(
    edges.filter(({ requests, denied }) => requests > 0 || denied > 0),
    ({ from }) => `${from.service}@${from.version ?? ""}`,
  );
  const rows = [...byCaller.values()].flatMap((pairs): AccessRow[] => {
    const from = pairs[0]?.from;
    if (from === undefined) return [];
    const isPlain = pairs.every(({ encrypted }) => encrypted !== null && encrypted <= 0);
    const rps = pairs.reduce((sum, pair) => sum + pair.rps, 0);
    return callersOf(from.service, from.version === null ? [] : [from.version], trustDomain, isPlain).map((caller) => {
      const answer = callerVerdict(draft, caller);
      const moved = RANK[answer.verdict] - RANK[callerVerdict(inForce, caller).verdict];
      return { caller, rps, answer, change: moved === 0 ? "same" : moved > 0 ? "gains" : "loses" };
    });
  });
  return rows.toSorted((left, right) => Number(right.change === "loses") - Number(left.change === "loses") || right.rps - left.rps);
}
