import type { ShiftVerdict } from "@/lib/client/index.ts";

interface Asked {
  readonly answer: Pick<ShiftVerdict, "verdict" | "reasons">;
  /** The answer is still that of the question before. */
  readonly isAsking: boolean;
  /** The weights asked about are those in force. */
  readonly isSame: boolean;
}

/** The one sentence of an answer: no verdict is given before it was asked of the very weights that are shown. */
export function shiftHeadline({ answer, isAsking, isSame }: Asked): "asking" | "same" | "overridden" | ShiftVerdict["verdict"] {
  if (isAsking) return "asking";
  if (isSame) return "same";
  const broken = answer.reasons.filter((reason) => reason.verdict === "incompatible");
  const isOverridden = broken.length > 0 && broken.every((reason) => reason.evidence.some((fact) => fact.kind === "override"));
  return isOverridden ? "overridden" : answer.verdict;
}
