import { FULL_WEIGHT_BP, type Weights } from "../model/index.ts";
import { UsageError } from "./exit-code.ts";
import { formatWeight } from "./format-figures.ts";

export interface ParsedWeights {
  readonly weights: Weights;
  /** What was filled in and not given, in words; empty when everything was given. */
  readonly note: string;
}

const PERCENT = /^(\d{1,3})(?:\.(\d{1,2}))?\s*%?$/;

/**
 * Reads `version=percent` pairs, per cent with at most two decimals (a basis point). They must sum to 100 %, with one exception: where a single
 * version is given and exactly one other is live in `present`, that one gets the rest.
 */
export function parseWeights(pairs: readonly string[], present: Weights): ParsedWeights {
  const weights = new Map<string, number>();
  for (const pair of pairs) {
    const [version, weightBp] = parsePair(pair);
    if (weights.has(version)) throw new UsageError(`${version} is given twice.`);
    weights.set(version, weightBp);
  }
  const total = [...weights.values()].reduce((sum, weightBp) => sum + weightBp, 0);
  if (total === FULL_WEIGHT_BP) return { weights: Object.fromEntries(weights), note: "" };
  const others = Object.keys(present).filter((version) => (present[version] ?? 0) > 0 && !weights.has(version));
  const [rest] = others;
  if (weights.size === 1 && others.length === 1 && rest !== undefined && total < FULL_WEIGHT_BP) {
    const restBp = FULL_WEIGHT_BP - total;
    return { weights: Object.fromEntries([...weights, [rest, restBp]]), note: `${rest} gets the other ${formatWeight(restBp)}.` };
  }
  const example = others.length > 1 ? ` Live now: ${others.join(", ")}.` : "";
  throw new UsageError(`The weights sum to ${formatWeight(total)}, not to 100 %.${example} Give every version that should have traffic.`);
}

function parsePair(pair: string): readonly [string, number] {
  const equals = pair.lastIndexOf("=");
  const version = pair.slice(0, Math.max(0, equals)).trim();
  const percent = PERCENT.exec(pair.slice(equals + 1).trim());
  const weightBp = percent === null ? Number.NaN : Number(percent[1]) * 100 + Number((percent[2] ?? "").padEnd(2, "0"));
  if (version !== "" && weightBp <= FULL_WEIGHT_BP) return [version, weightBp];
  throw new UsageError(`"${pair}" is not version=percent; write for example 1.3.0=25 or 1.3.0=0.5 (0 to 100, at most two decimals).`);
}
