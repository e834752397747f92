/**
 * Facts about pairs: recorded by an operator, published by whoever verified, observed by the engine itself, and taken back.
 *
 * A fact names registered versions only. A newer fact takes the place of an older one on the same (see `evidenceKey`); facts of other kinds stand beside it,
 * whether they agree or not. What happened is recorded even where live pairs turn out broken by it: the gate says so in a note and lets it pass.
 */
import {
  type Command,
  type ConstraintKind,
  EVIDENCE_MAX,
  type EvidenceFact,
  type MeshState,
  type Problem,
  type Refusal,
  type VersionRef,
} from "../../model/index.ts";
import { ok, type Result } from "../../std/index.ts";
import { evidenceKey } from "../aspects.ts";
import type { DecideContext, Draft } from "./context.ts";
import { findService, refuse, refuseAll, unknownVersion } from "./refusals.ts";

type Of<K extends Command["kind"]> = Extract<Command, { readonly kind: K }>;

/** Verifiers' clocks may run ahead by this much. */
const CLOCK_SKEW_MS = 300_000;
const REASON_MAX = 2_000;
const VERIFIER_MAX = 200;
const CONTRACT_HASH = /^[\w.:+/=-]{8,200}$/;
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** An operator's veto or allowance; it takes the place of his older one on the same pair, and stands beside those of others. */
export function decideEvidenceRecord(context: DecideContext, command: Of<"evidence.record">): Result<Draft | null, Refusal> {
  const unknown = checkEnds(context.state, command);
  if (unknown.length > 0) return refuseAll(unknown);
  const constraint = command.constraint ?? "api";
  const reason = context.author.reason.trim();
  const problems = [...checkConstraint(command, constraint), ...checkReason(reason), ...checkExpiry(context, command.expiresAt)];
  if (problems.length > 0) return refuseAll(problems);
  const fact: EvidenceFact = {
    ...placed(context, command),
    source: "operator",
    constraint,
    verdict: command.verdict,
    at: context.nowIso,
    reason,
    ...expiring(command.expiresAt),
  };
  const older = replacedBy(context, fact);
  const isSame = older?.verdict === fact.verdict && older.reason === fact.reason && older.expiresAt === fact.expiresAt;
  return isSame ? ok(null) : recorded(context, "evidence.record", fact, oppositionTo(context, fact));
}

/** What a verifier found of a consumer's contract and a provider's version. */
export function decideVerification(context: DecideContext, command: Of<"verification.publish">): Result<Draft | null, Refusal> {
  const unknown = checkEnds(context.state, command);
  if (unknown.length > 0) return refuseAll(unknown);
  const verifier = command.verifier?.trim() ?? context.author.author;
  const problems = [
    ...checkConstraint(command, "api"),
    ...checkHash(command.contractHash),
    ...checkVerifier(verifier),
    ...checkMoment(context, command.at),
  ];
  if (problems.length > 0) return refuseAll(problems);
  const fact: EvidenceFact = {
    ...placed(context, command),
    source: "verification",
    constraint: "api",
    verdict: command.result === "passed" ? "compatible" : "incompatible",
    at: command.at === undefined ? context.nowIso : new Date(command.at).toISOString(),
    reason: context.author.reason.trim(),
    contractHash: command.contractHash,
    verifier,
  };
  const older = replacedBy(context, fact);
  if (older === undefined || Date.parse(older.at) < Date.parse(fact.at)) return recorded(context, "verification.publish", fact);
  if (older.verdict === fact.verdict) return ok(null);
  const found = (verdict: EvidenceFact["verdict"]) => (verdict === "compatible" ? "passed" : "failed");
  return refuse({
    path: "at",
    code: "evidence.contradiction",
    detail: `${verifier} reported ${found(older.verdict)} of the same contract at ${older.at}, and now ${found(fact.verdict)} at ${fact.at}, which is not later.`,
    fix: `Give the time of the newer run, or withdraw ${older.id} first.`,
  });
}

/** What the engine itself found out: from traffic, or by comparing contracts. */
export function decideObservation(context: DecideContext, command: Of<"evidence.observe">): Result<Draft | null, Refusal> {
  const unknown = checkEnds(context.state, command);
  if (unknown.length > 0) return refuseAll(unknown);
  const constraint = command.constraint ?? "api";
  const problems = [...checkConstraint(command, constraint), ...checkExpiry(context, command.expiresAt)];
  if (problems.length > 0) return refuseAll(problems);
  const fact: EvidenceFact = {
    ...placed(context, command),
    source: command.source,
    constraint,
    verdict: command.verdict,
    at: context.nowIso,
    reason: context.author.reason,
    ...expiring(command.expiresAt),
    ...(command.traffic === undefined ? {} : { traffic: command.traffic }),
  };
  return recorded(context, "evidence.observe", fact);
}

/** Takes a fact back. */
export function decideEvidenceWithdraw(context: DecideContext, command: Of<"evidence.withdraw">): Result<Draft, Refusal> {
  const fact = context.state.evidence.find(({ id, expiresAt }) => id === command.id && isInForce(expiresAt, context.nowIso));
  if (fact === undefined) {
    const detail = `There is no evidence "${command.id}".`;
    return refuse({ path: "id", code: "evidence.unknown", detail, fix: "Take an id from the list of evidence, such as ev_12." });
  }
  return ok({
    kind: "evidence.withdraw",
    subject: subjectOf(fact),
    before: shownFact(fact),
    after: null,
    events: [{ kind: "evidence-ended", fact }],
    services: servicesOf(fact),
  });
}

interface Ends {
  readonly consumer: VersionRef;
  readonly provider: VersionRef;
}

/** A problem per end that is not registered. */
function checkEnds(state: MeshState, ends: Ends): readonly Problem[] {
  return (["consumer", "provider"] as const).flatMap((end): readonly Problem[] => {
    const { service: name, version } = ends[end];
    const service = findService(state, name, `${end}.service`);
    if (!service.ok) return service.error.problems;
    return service.value.versions.has(version) ? [] : [unknownVersion(service.value, version, `${end}.version`, "version.unknown")];
  });
}

/** Within one service versions share state and stand side by side; between two they call, read events, state and configuration. */
function checkConstraint({ consumer, provider }: Ends, constraint: ConstraintKind): readonly Problem[] {
  const isOne = consumer.service === provider.service;
  if (isOne && consumer.version === provider.version)
    return [invalid("provider.version", `${consumer.service} ${consumer.version} is named twice.`, "Name two different versions.")];
  if (isOne && constraint !== "self" && constraint !== "state") {
    const fix = `Give the constraint self (they run side by side) or state (the consumer reads what the provider stored), or name another provider.`;
    return [invalid("constraint", `Both are versions of ${consumer.service}, between which "${constraint}" says nothing.`, fix)];
  }
  if (!isOne && constraint === "self")
    return [invalid("constraint", `"self" is about two versions of one service, not of two.`, "Give api, event, state or config.")];
  return [];
}

function checkReason(reason: string): readonly Problem[] {
  if (reason === "") return [invalid("reason", "A veto or an allowance needs a reason.", "Say why, for whoever reads it at night.")];
  if (reason.length <= REASON_MAX) return [];
  return [invalid("reason", `The reason has ${reason.length} characters, at most ${REASON_MAX} fit.`, "Shorten it.")];
}

function checkHash(hash: string): readonly Problem[] {
  if (CONTRACT_HASH.test(hash)) return [];
  const fix = "Give the digest of the contract's content, such as sha256:5f2c…; 8 to 200 letters, digits and . : + / = - _.";
  return [invalid("contractHash", `"${hash.slice(0, 80)}" is not a contract hash.`, fix)];
}

function checkVerifier(verifier: string): readonly Problem[] {
  if (verifier !== "" && verifier.length <= VERIFIER_MAX) return [];
  return [
    invalid("source", `A verifier's name has 1 to ${VERIFIER_MAX} characters.`, "Give the name of the pipeline, such as ci/payments."),
  ];
}

function checkExpiry({ nowIso }: DecideContext, expiresAt: string | undefined): readonly Problem[] {
  if (expiresAt === undefined) return [];
  const endMs = momentOf(expiresAt);
  if (endMs === null) return [invalid("expiresAt", `"${expiresAt}" is not a time.`, "Give a time such as 2026-05-01T03:12:00Z.")];
  if (endMs > Date.parse(nowIso)) return [];
  const detail = `${expiresAt} is in the past: nothing would hold.`;
  return [{ path: "expiresAt", code: "evidence.expired", detail, fix: "Give a time in the future, or leave it out." }];
}

function checkMoment({ nowIso }: DecideContext, at: string | undefined): readonly Problem[] {
  if (at === undefined) return [];
  const atMs = momentOf(at);
  if (atMs === null) return [invalid("at", `"${at}" is not a time.`, "Give a time such as 2026-05-01T03:12:00Z.")];
  if (atMs <= Date.parse(nowIso) + CLOCK_SKEW_MS) return [];
  return [invalid("at", `${at} is in the future.`, "Give the time when the verification ran, or leave it out.")];
}

/** Years of four digits only, so that times in one form stay in order as text; and days that there are: 30 February would count as 1 March. */
function momentOf(text: string): number | null {
  const ms = ISO_TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms) || new Date(ms).toISOString().length !== 24) return null;
  const day = text.slice(0, 10);
  return new Date(day).toISOString().startsWith(day) ? ms : null;
}

function checkRoom({ nowIso, state: { evidence } }: DecideContext): readonly Problem[] {
  if (evidence.length < EVIDENCE_MAX) return [];
  const count = evidence.filter(({ expiresAt }) => isInForce(expiresAt, nowIso)).length;
  if (count < EVIDENCE_MAX) return [];
  const detail = `${count} facts are recorded, and no more fit.`;
  return [
    {
      path: "",
      code: "registry.full",
      detail,
      fix: "Withdraw some, or remove versions that nobody runs any more: their facts go with them.",
    },
  ];
}

function invalid(path: string, detail: string, fix: string): Problem {
  return { path, code: "evidence.invalid", detail, fix };
}

function placed({ place, author }: DecideContext, { consumer, provider }: Ends) {
  const ends = { consumer: refOf(consumer), provider: refOf(provider) };
  return { id: `ev_${place.seq}`, ...ends, author: author.author };
}

function refOf({ service, version }: VersionRef): VersionRef {
  return { service, version };
}

function expiring(expiresAt: string | undefined): Pick<EvidenceFact, "expiresAt"> {
  return expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt).toISOString() };
}

function isInForce(expiresAt: string | undefined, nowIso: string): boolean {
  return expiresAt === undefined || Date.parse(expiresAt) > Date.parse(nowIso);
}

/** The fact in whose place a new one comes. */
function replacedBy({ state, nowIso }: DecideContext, fact: EvidenceFact): EvidenceFact | undefined {
  const key = evidenceKey(fact);
  return state.evidence.findLast((other) => evidenceKey(other) === key && isInForce(other.expiresAt, nowIso));
}

/** What other operators say to the contrary: a word is taken back by whoever gave it, or withdrawn, and until then the worse counts. */
function oppositionTo({ nowIso, state }: DecideContext, fact: EvidenceFact): readonly string[] {
  const others = state.evidence.filter(
    (other) =>
      other.author !== fact.author &&
      other.verdict !== fact.verdict &&
      evidenceKey({ ...other, author: fact.author }) === evidenceKey(fact) &&
      isInForce(other.expiresAt, nowIso),
  );
  return others.map(
    ({ author, id, verdict }) =>
      `${author} ${verdict === "compatible" ? "allows" : "vetoes"} the same (${id}). Of two operators' words the worse counts, until one is withdrawn: incompatible.`,
  );
}

/** Records a fact in the place of the older one; a new place needs room. */
function recorded(context: DecideContext, kind: Draft["kind"], fact: EvidenceFact, notes: readonly string[] = []): Result<Draft, Refusal> {
  const older = replacedBy(context, fact);
  const full = older === undefined ? checkRoom(context) : [];
  return full.length > 0 ? refuseAll(full) : ok({ ...draftOf(kind, fact, older), notes });
}

function draftOf(kind: Draft["kind"], fact: EvidenceFact, older: EvidenceFact | undefined): Draft {
  return {
    kind,
    subject: subjectOf(fact),
    before: older === undefined ? null : shownFact(older),
    after: shownFact(fact),
    events: [...(older === undefined ? [] : [{ kind: "evidence-ended", fact: older } as const]), { kind: "evidence-recorded", fact }],
    services: servicesOf(fact),
  };
}

function subjectOf({ consumer, provider }: EvidenceFact): string {
  return `${consumer.service}@${consumer.version} → ${provider.service}@${provider.version}`;
}

function servicesOf({ consumer, provider }: EvidenceFact): Draft["services"] {
  return [...new Set([consumer.service, provider.service])];
}

/** What people compare of a fact. */
export function shownFact({ source, constraint, verdict, reason, expiresAt }: EvidenceFact): unknown {
  return { source, constraint, verdict, reason, ...(expiresAt === undefined ? {} : { expiresAt }) };
}
