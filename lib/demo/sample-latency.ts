import type { Random } from "../std/index.ts";
import type { LatencyModel } from "./catalogue.ts";

/** Longest pause a demo handler makes, ms. */
const LATENCY_MS_MAX = 2_000;

/** Draws one service time, ms: log-normal by Box and Muller (1958), at most 2 s. */
export function sampleLatencyMs(model: LatencyModel, random: Random): number {
  const u = (random.nextUint32() + 1) / 0x1_0000_0001;
  const v = random.nextUint32() / 0x1_0000_0000;
  const normal = Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
  return Math.min(LATENCY_MS_MAX, model.medianMs * Math.exp(model.sigma * normal));
}
