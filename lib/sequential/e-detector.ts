/**
 * Watches for as long as one likes: the Shiryaev-Roberts e-detector M_t = (M_{t−1} + 1) e_t. An alarm at 1/level comes once in 1/level blocks on average at most while
 * nothing is wrong, and soon after something goes wrong, whenever that is. Unlike an e-process it does alarm falsely some day; it never gets tired either.
 * Source: Shin, Ramdas, Rinaldo, "E-detectors: a nonparametric framework for sequential change detection", NEJSDS 2023.
 */
import { logMeanExp, logSumExp } from "./log-mean-exp.ts";

/** Log of M, one per alternative; an empty list before the first block. Plain data. */
export type DetectorLogs = readonly number[];

/** Takes one more block by its worth: log e, one per alternative. */
export function detectorBlock(logs: DetectorLogs, worth: readonly number[]): DetectorLogs {
  return worth.map((log, at) => log + logSumExp(logs[at] ?? Number.NEGATIVE_INFINITY, 0));
}

/** Log of the mean over alternatives: alarm at ln(1/level) and above. */
export function detectorLog(logs: DetectorLogs): number {
  return logMeanExp(logs);
}
