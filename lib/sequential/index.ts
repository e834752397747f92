/**
 * Tests that may be looked at after every block of data and still keep their error levels: e-processes for shares of failures.
 * In: blocks, each with the requests and the bad ones of a candidate and of a baseline (or of one arm against a fixed bound).
 * Out: the logarithm of an e-value, and how much data a verdict is likely to need.
 *
 * Invariants:
 * - under its null hypothesis a test's e-value reaches 1/α at any time at all with probability α at most (Ville's inequality): whatever the schedule of
 *   looks, however traffic is shared out between the arms, also when shares of failures drift from block to block;
 * - a block is judged by alternatives that are made from earlier blocks only;
 * - an arm without requests adds nothing;
 * - states are plain data that never change; nothing here reads a clock or draws at random.
 *
 * Source: Turner, Ly, Grünwald, "Generic E-variables for exact sequential k-sample tests", JSPI 230:106116 (2024); nulls bounded by a line.
 * It does not know what a request is, what counts as bad, nor what to do about a verdict.
 */
export { bernoulliBand, type ShareBand } from "./bernoulli-band.ts";
export { type ArmCount, type Block, plus, shareOf } from "./block.ts";
export { type ArmShares, additiveLogE, ratioLogE, ratioProjection } from "./block-e.ts";
export { type BoundOptions, type BoundState, boundBlock, boundLogE, startBound } from "./bound-test.ts";
export { type DispersionState, dispersionBlock, dispersionIndex, excessVariance, startDispersion } from "./dispersion.ts";
export { type DetectorLogs, detectorBlock, detectorLog } from "./e-detector.ts";
export { type HarmOptions, type HarmState, harmBlock, harmLogE, harmWorth, harmWorthAlone, startHarm } from "./harm-test.ts";
export { type HarmWatchState, harmWatchBlock, harmWatchLogE, startHarmWatch } from "./harm-watch.ts";
export { logMeanExp } from "./log-mean-exp.ts";
export {
  type NonInferiorityOptions,
  type NonInferiorityState,
  type NonInferiorityWorth,
  nonInferiorityBlock,
  nonInferiorityLogE,
  nonInferiorityWorth,
  nonInferiorityWorthAlone,
  startNonInferiority,
} from "./non-inferiority-test.ts";
export { type OnsetState, onsetBlock, onsetLogE, startOnset } from "./onset-test.ts";
export { boundRequests, harmGrowth, harmGrowthOfMixture, nonInferiorityRequests, passGrowth } from "./sample-size.ts";
export { type SplitState, splitBlock, splitLogE, startSplit } from "./split-test.ts";
