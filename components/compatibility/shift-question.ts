/**
 * "Can I shift…" as text, for the page's address and the command line: `payments:3.0.0=14,2.3.0=86`, more services apart by `;`.
 * Invariant: what `writeQuestion` writes, `readQuestion` reads back; what it cannot read it leaves out, and of a service
 * that is named twice everything but its first weights.
 */
import { parsePercent, percentText, segmentsOf, setWeight, weightsOf } from "@/components/splits/split-bounds.ts";
import { quote } from "@/components/ui/quote.ts";
import type { Service } from "@/lib/client/index.ts";
import { FULL_WEIGHT_BP, type Weights } from "@/lib/model/index.ts";

/** One service and the weights that somebody thinks of giving it, summing to 100 %. */
export interface AskedSplit {
  readonly service: string;
  readonly weights: Weights;
}

/** The question that an address asks. */
export function readQuestion(text: string): readonly AskedSplit[] {
  const asked = text.split(";").flatMap((part): AskedSplit[] => {
    const colon = part.indexOf(":");
    if (colon < 1) return [];
    const pairs = part
      .slice(colon + 1)
      .split(",")
      .filter(Boolean);
    const weights: Record<string, number> = {};
    for (const pair of pairs) {
      const equals = pair.lastIndexOf("=");
      const weightBp = parsePercent(pair.slice(equals + 1));
      if (equals > 0 && weightBp !== null && weightBp > 0) weights[pair.slice(0, equals)] = weightBp;
    }
    return [{ service: part.slice(0, colon), weights }];
  });
  return asked.filter(({ service }, index) => asked.findIndex((each) => each.service === service) === index);
}

/** The question as an address carries it. */
export function writeQuestion(question: readonly AskedSplit[]): string {
  return question.map(({ service, weights }) => `${service}:${pairsOf(weights).join(",")}`).join(";");
}

/** The same question for a terminal, quoted: an address may come from anybody. */
export function shiftCommand(question: readonly AskedSplit[]): string {
  const [first, ...others] = question;
  if (!first) return "interlock can-i-shift";
  const more = others.map(({ service, weights }) => ` --change ${quote(`${service}:${pairsOf(weights).join(",")}`)}`);
  return `interlock can-i-shift ${[first.service, ...pairsOf(first.weights)].map(quote).join(" ")}${more.join("")}`;
}

function pairsOf(weights: Weights): string[] {
  return Object.entries(weights).flatMap(([version, weightBp]) => (weightBp > 0 ? [`${version}=${percentText(weightBp)}`] : []));
}

/** Gives one version a weight; the others make room, the heaviest first. */
export function reweigh(service: Service, weights: Weights, version: string, weightBp: number): Weights {
  const total = Object.values(weights).reduce((sum, each) => sum + each, 0);
  if (total !== FULL_WEIGHT_BP) return { [version]: FULL_WEIGHT_BP };
  const order = service.versions.map((entry) => entry.version);
  return weightsOf(setWeight(segmentsOf(order, weights), version, weightBp, {}).segments);
}
