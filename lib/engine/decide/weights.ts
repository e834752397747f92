import { FULL_WEIGHT_BP, type MeshState, type Problem, type Service, type Version, type Weights } from "../../model/index.ts";
import type { DecideContext } from "./context.ts";
import { isReady, whyNotReady } from "./readiness.ts";
import { unknownVersion } from "./refusals.ts";

/** What is wrong with weights in themselves; `path` is where they stood in the input. */
export function checkWeights(service: Service, weights: Weights, path: string): readonly Problem[] {
  const problems: Problem[] = [];
  const entries = Object.entries(weights);
  for (const [version, weightBp] of entries) {
    if (!Number.isInteger(weightBp) || weightBp < 0 || weightBp > FULL_WEIGHT_BP) problems.push(badWeight(version, weightBp, path));
    if (!service.versions.has(version as Version))
      problems.push(unknownVersion(service, version, `${path}.${version}`, "split.unknown-version"));
  }
  const sum = entries.reduce((total, [, weightBp]) => total + weightBp, 0);
  if (!problems.some((problem) => problem.code === "split.weight") && sum !== FULL_WEIGHT_BP) problems.push(badSum(sum, path));
  return problems;
}

function badWeight(version: string, weightBp: number, path: string): Problem {
  return {
    path: `${path}.${version}`,
    code: "split.weight",
    detail: `The weight ${weightBp} of ${version} is not a whole number of basis points from 0 to 10000.`,
    fix: "Give basis points: 2500 is 25 %.",
  };
}

function badSum(sum: number, path: string): Problem {
  const gap = FULL_WEIGHT_BP - sum;
  return {
    path,
    code: "split.sum",
    detail: `The weights sum to ${sum}, not to 10000.`,
    fix: gap > 0 ? `Give out ${gap} more.` : `Take ${-gap} away.`,
  };
}

export interface ReadinessCheck {
  readonly service: Service;
  /** The split as it was; a version whose weight does not grow need not be ready again. */
  readonly before: Weights;
  readonly weights: Weights;
  readonly path: string;
  /** The state whose instances count. */
  readonly state: MeshState;
}

/** A problem for each version that would newly get traffic, or more of it, and has no ready instance. Less is always better for such a version. */
export function checkReadiness(context: DecideContext, { service, before, weights, path, state }: ReadinessCheck): readonly Problem[] {
  return Object.entries(weights)
    .filter(([version, weightBp]) => weightBp > (before[version] ?? 0))
    .filter(([version]) => !isReady(context, state, { service: service.name, version: version as Version }))
    .map(([version, weightBp]) => {
      const why = whyNotReady(context, state, { service: service.name, version: version as Version });
      const known = why === "" ? "" : `: ${why}`;
      return {
        path: `${path}.${version}`,
        code: "split.no-ready-instance",
        detail: `${service.name} ${version} has no ready instance${known}. ${formatShare(weightBp)} of the requests would fail.`,
        fix:
          why === "" ? `Start an instance of ${service.name} ${version} first.` : "Wait until one of them is back, or start another one.",
      };
    });
}

/** A weight for people: 2500 → "25 %". */
export function formatShare(weightBp: number): string {
  return `${weightBp / 100} %`;
}

/** A split for people: "1.2.0 75 %, 1.3.0 25 %". */
export function formatWeights(weights: Weights): string {
  const shares = Object.entries(weights).filter(([, weightBp]) => weightBp > 0);
  return shares.map(([version, weightBp]) => `${version} ${formatShare(weightBp)}`).join(", ");
}
