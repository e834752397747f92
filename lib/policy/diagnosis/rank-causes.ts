/**
 * Which change an alert most likely comes from. Each change gets three scores from 0 to 1, whose product ranks it:
 *
 *   time      e^(−t/τ) of the time from the change to the onset; what came after the onset cannot be its cause
 *   place     1 at the service itself, less with each call towards what it calls, and less still towards what calls it
 *   evidence  how much more fails where the change reached than where it did not: ½ without figures, from 0 to 1 by the distance of the two shares in standard errors
 *
 * Invariant: at equal place and evidence the later change before the onset ranks higher; every score has its sentence. It ranks and proves nothing: an operator decides.
 */

/** A change as it is judged. */
export interface Suspect {
  readonly id: string;
  readonly atMs: number;
  readonly services: readonly string[];
  /** How likely its kind breaks something at all, 0 to 1. */
  readonly weight: number;
}

/** Requests where a change reached, and where it did not. */
export interface HarmEvidence {
  readonly exposed: FailureShare;
  readonly unexposed: FailureShare;
  /** Who is meant, for the sentence. */
  readonly exposedName: string;
  readonly unexposedName: string;
}

interface FailureShare {
  readonly requests: number;
  readonly failed: number;
}

export interface ServicePair {
  readonly caller: string;
  readonly callee: string;
}

export interface DiagnosisInput {
  /** What the alert is about; null: the whole mesh. */
  readonly service: string | null;
  readonly onsetMs: number;
  readonly suspects: readonly Suspect[];
  readonly calls: readonly ServicePair[];
  evidence(suspect: Suspect): HarmEvidence | null;
}

export interface ScorePart {
  readonly name: "time" | "place" | "evidence";
  readonly score: number;
  readonly sentence: string;
}

export interface RankedCause {
  readonly id: string;
  /** Share of all scores, 0 to 1. */
  readonly likelihood: number;
  readonly parts: readonly ScorePart[];
}

const TAU_MS = 300_000;
/** Figures and clocks may put an onset a little before its cause. */
const SLACK_MS = 5_000;
const LEAST = 0.01;
const DOWN = 0.6;
const UP = 0.35;
const REQUESTS_MIN = 20;

/** The suspects, the likeliest first. */
export function rankCauses(input: DiagnosisInput): readonly RankedCause[] {
  const down = hopsFrom(input.service, input.calls, ({ caller, callee }) => [caller, callee]);
  const up = hopsFrom(input.service, input.calls, ({ caller, callee }) => [callee, caller]);
  const scored = input.suspects.map((suspect) => {
    const parts = [
      timePart(suspect, input.onsetMs),
      placePart(suspect, input.service, { down, up }),
      evidencePart(input.evidence(suspect)),
    ];
    return { id: suspect.id, atMs: suspect.atMs, parts, score: parts.reduce((product, { score }) => product * score, suspect.weight) };
  });
  const total = scored.reduce((sum, { score }) => sum + score, 0);
  return scored
    .toSorted((left, right) => right.score - left.score || right.atMs - left.atMs)
    .map(({ id, parts, score }) => ({ id, likelihood: total === 0 ? 0 : score / total, parts }));
}

function timePart({ atMs }: Suspect, onsetMs: number): ScorePart {
  const beforeMs = onsetMs - atMs;
  if (beforeMs < -SLACK_MS) {
    return { name: "time", score: LEAST, sentence: `${span(-beforeMs)} after it began: too late to be its cause.` };
  }
  const score = Math.max(LEAST, Math.exp(-Math.max(0, beforeMs) / TAU_MS));
  const when = beforeMs <= SLACK_MS ? "At the moment it began." : `${span(beforeMs)} before it began.`;
  return { name: "time", score, sentence: when };
}

function placePart(
  { services }: Suspect,
  subject: string | null,
  { down, up }: { readonly down: ReadonlyMap<string, number>; readonly up: ReadonlyMap<string, number> },
): ScorePart {
  if (subject === null) return { name: "place", score: 0.5, sentence: "The alert is about the whole mesh." };
  let best: ScorePart = { name: "place", score: LEAST, sentence: `No call leads from ${subject} to it, or from it to ${subject}.` };
  for (const service of services) {
    for (const part of [downPart(service, subject, down), upPart(service, subject, up)])
      if (part !== null && part.score > best.score) best = part;
  }
  return best;
}

function downPart(service: string, subject: string, down: ReadonlyMap<string, number>): ScorePart | null {
  const hops = down.get(service);
  if (hops === undefined) return null;
  if (hops === 0) return { name: "place", score: 1, sentence: `It changed ${subject} itself.` };
  return { name: "place", score: DOWN ** hops, sentence: `${subject} calls ${service}, ${calls(hops)} away.` };
}

function upPart(service: string, subject: string, up: ReadonlyMap<string, number>): ScorePart | null {
  const hops = up.get(service);
  if (hops === undefined || hops === 0) return null;
  return { name: "place", score: UP ** hops, sentence: `${service} calls ${subject}, ${calls(hops)} away.` };
}

function evidencePart(evidence: HarmEvidence | null): ScorePart {
  if (evidence === null) return { name: "evidence", score: 0.5, sentence: "No figures tell what it reached from what it did not." };
  const { exposed, exposedName, unexposed, unexposedName } = evidence;
  if (exposed.requests < REQUESTS_MIN)
    return { name: "evidence", score: 0.5, sentence: `Too few requests on ${exposedName} to tell (${exposed.requests}).` };
  const others = unexposed.requests < REQUESTS_MIN ? "" : `, on ${unexposedName} ${percent(unexposed)}`;
  const sentence = `On ${exposedName} ${percent(exposed)} of ${exposed.requests} requests fail${others}.`;
  return { name: "evidence", score: Math.min(1, Math.max(LEAST, 0.5 + 0.5 * Math.tanh(distance(exposed, unexposed) / 4))), sentence };
}

/** Distance of two shares in standard errors, each with half a failure more; where too few others are left to compare with, from a share of nothing. */
function distance(exposed: FailureShare, unexposed: FailureShare): number {
  // As few failures as everywhere, or none at all, speak against the change.
  if (exposed.failed === 0) return -4;
  const isAlone = unexposed.requests < REQUESTS_MIN;
  const [p, q] = [smoothed(exposed), isAlone ? 0 : smoothed(unexposed)];
  const variance = (p * (1 - p)) / (exposed.requests + 1) + (isAlone ? 0 : (q * (1 - q)) / (unexposed.requests + 1));
  return (p - q) / Math.sqrt(variance) - 1;
}

function smoothed({ failed, requests }: FailureShare): number {
  return (failed + 0.5) / (requests + 1);
}

/** How many calls away each service is, along the calls that `next` turns. */
function hopsFrom(
  service: string | null,
  pairs: readonly ServicePair[],
  next: (pair: ServicePair) => readonly [string, string],
): ReadonlyMap<string, number> {
  const hops = new Map<string, number>();
  if (service === null) return hops;
  const following = Map.groupBy(pairs.map(next), ([from]) => from);
  hops.set(service, 0);
  const queue = [service];
  for (const at of queue) {
    for (const [, to] of following.get(at) ?? []) {
      if (hops.has(to)) continue;
      hops.set(to, (hops.get(at) ?? 0) + 1);
      queue.push(to);
    }
  }
  return hops;
}

function percent({ failed, requests }: FailureShare): string {
  const share = requests === 0 ? 0 : (failed / requests) * 100;
  return `${Number(share.toFixed(share < 1 ? 2 : 1))} %`;
}

function calls(hops: number): string {
  return hops === 1 ? "one call" : `${hops} calls`;
}

function span(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
