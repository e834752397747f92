/**
 * The gate: a drafted change, judged on the state after it.
 *
 * 1. First versions get all traffic of their service; one that would make a broken live pair gets none, and a note says so.
 * 2. `judge` (lib/compatibility) compares before and after. What it refuses is let through only by an override that the change itself asks for
 *    (recorded as a fact of the change) or by one that is still in force. An override asked for also renews that of every broken live pair of the
 *    service, where it would last longer: so one that has expired can be renewed without a change of weights.
 * 3. A change of nothing but evidence passes: facts are not refused. Live pairs that are broken by it are told in notes.
 * 4. Whatever is left refuses the change, together with the conflicts that its noun found, and with mirrors and failovers that would name nothing.
 * Pure. It does not know how weights came about: splits, rules, rollback, undo and manifests all pass here.
 */
import { brokenLivePairs, type Judgement, judge, verdictOf } from "../compatibility/index.ts";
import type { MeshEvent, MeshState, Override, PairReason, Problem, Refusal, VersionRef } from "../model/index.ts";
import { FULL_WEIGHT_BP } from "../model/index.ts";
import { err, ok, type Result } from "../std/index.ts";
import { danglingReferences } from "./dangling-references.ts";
import { type DecideContext, type Draft, pathKey } from "./decide/context.ts";
import { isReady } from "./decide/readiness.ts";
import { refuseAll } from "./decide/refusals.ts";
import { foldChange } from "./fold.ts";

/** The facts of a change that passed, and the state after it. */
export interface Passed {
  readonly events: readonly MeshEvent[];
  readonly state: MeshState;
  readonly notes: readonly string[];
  /** What the change does to live pairs. */
  readonly judgement: Judgement;
}

type FirstVersions = NonNullable<Draft["firstVersions"]>;

/** Lets a draft pass, or says why not. */
export function passGate(context: DecideContext, draft: Draft): Result<Passed, Refusal> {
  const { events, notes } = withFirstVersions(context, draft);
  const overrides = requestedOverrides(context, draft, events);
  const all = [...events, ...overrides.map((override): MeshEvent => ({ kind: "override-granted", override }))];
  const { judgement, after: state } = judged(context, all);
  // What happened is recorded, whether it suits live pairs or not: callers are kept from what they cannot work with.
  const isFinding = all.every(({ kind }) => kind === "evidence-recorded" || kind === "evidence-ended");
  const refused = isFinding ? [] : judgement.refused;
  const found = isFinding ? judgement.refused.map(({ sentence }) => `A live pair does not work any more: ${sentence}`) : [];
  const conflicts = [...(draft.conflicts ?? []), ...danglingReferences(context.state, state)];
  if (refused.length === 0 && conflicts.length === 0)
    return ok({ events: all, state, notes: [...(draft.notes ?? []), ...notes, ...found], judgement });
  if (refused.length === 0) return refuseAll(conflicts);
  const problems = [...conflicts, ...refused.map((reason) => pairProblem(draft, reason))];
  return err({ code: "compatibility.refused", detail: refusalDetail(refused), problems, reasons: refused });
}

/** What the gate would think of these facts, without refusing. */
export function judged(context: DecideContext, events: readonly MeshEvent[]): { readonly judgement: Judgement; readonly after: MeshState } {
  const after = stateAfter(context, events);
  return { judgement: judge(context.state, after, context.nowIso, judgeOptions(context, after)), after };
}

function stateAfter(context: DecideContext, events: readonly MeshEvent[]): MeshState {
  return foldChange(context.state, { ...context.place, at: context.nowIso, author: context.author.author, events });
}

function judgeOptions(context: DecideContext, state: MeshState) {
  return { calls: context.calls, isReady: (ref: VersionRef) => isReady(context, state, ref) };
}

function withFirstVersions(
  context: DecideContext,
  draft: Draft,
): { readonly events: readonly MeshEvent[]; readonly notes: readonly string[] } {
  const notes: string[] = [];
  let first = draft.firstVersions ?? [];
  for (;;) {
    const weights = first.map(
      ({ service, version }): MeshEvent => ({
        kind: "weights-set",
        service,
        weights: { [version]: FULL_WEIGHT_BP },
        cause: "first-version",
      }),
    );
    const events = [...draft.events, ...weights];
    if (first.length === 0) return { events, notes };
    const left = withoutCulprits(first, judged(context, events).judgement.refused);
    if (left.first.length === first.length) return { events, notes };
    notes.push(...left.notes);
    first = left.first;
  }
}

/**
 * First versions without those that broken pairs name, the last of them first: each takes its pairs along, so that no more go than must. One pass instead
 * of a judgement for each; a pair that a rule of the change keeps live is found by the next judgement.
 */
function withoutCulprits(
  first: FirstVersions,
  refused: readonly PairReason[],
): { readonly first: FirstVersions; readonly notes: readonly string[] } {
  const byEnd = new Map<string, PairReason[]>();
  for (const reason of refused) {
    for (const end of [reason.consumer, reason.provider]) {
      const key = pathKey(end.service, end.version);
      const known = byEnd.get(key);
      if (known === undefined) byEnd.set(key, [reason]);
      else known.push(reason);
    }
  }
  const settled = new Set<PairReason>();
  const notes: string[] = [];
  const left = first.toReversed().filter(({ service, version }) => {
    const broken = (byEnd.get(pathKey(service, version)) ?? []).filter((reason) => !settled.has(reason));
    if (broken.length === 0) return true;
    notes.push(`${service} ${version} gets no traffic yet: ${broken[0]?.sentence}`);
    for (const reason of broken) settled.add(reason);
    return false;
  });
  return { first: left.reverse(), notes };
}

/** An override per broken live pair that one of the change's requests covers, unless it has one that lasts as long. */
function requestedOverrides(context: DecideContext, draft: Draft, events: readonly MeshEvent[]): readonly Override[] {
  const requests = draft.overrides ?? [];
  if (requests.length === 0) return [];
  const after = stateAfter(context, events);
  return brokenLivePairs(after, context.nowIso).flatMap(({ consumer, provider }): readonly Override[] => {
    const asked = requests.find(({ service }) => service === consumer.service || service === provider.service);
    if (asked === undefined) return [];
    const { reason } = asked.request;
    const expiresAt = new Date(asked.request.expiresAt).toISOString();
    const inForce = verdictOf(after, consumer, provider, context.nowIso).evidence.find(({ kind }) => kind === "override");
    if (inForce?.expiresAt !== undefined && Date.parse(inForce.expiresAt) >= Date.parse(expiresAt)) return [];
    const { author } = context.author;
    return [{ consumer, provider, author, reason, grantedAt: context.nowIso, expiresAt, changeId: context.place.id }];
  });
}

function pairProblem(draft: Draft, { consumer, provider, sentence, fix }: PairReason): Problem {
  const path = [provider, consumer].map((end) => draft.paths?.get(pathKey(end.service, end.version))).find((known) => known !== undefined);
  return { path: path ?? "", code: "compatibility.refused", detail: sentence, fix };
}

function refusalDetail(refused: readonly PairReason[]): string {
  const [first, ...others] = refused;
  if (others.length === 0) return first?.sentence ?? "";
  return `${first?.sentence} ${others.length} more ${others.length === 1 ? "pair" : "pairs"} would break.`;
}
