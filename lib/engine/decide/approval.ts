/**
 * Approval by a second person. An approval is bound to the SHA-256 of the command, of a strategy that it names, and of the revs of the services that it
 * touches, so it holds for exactly that change on exactly that ground, once, for a while, for whoever asked for it.
 *
 *   approval.request ──► waiting ──approve (somebody else)──► approved ──the same request again──► used
 *   waiting ──reject──► rejected;  waiting, approved ──another request, a rev that moved, time──► void
 *
 * Names are as clients give them until sign-in exists: this keeps honest people from being alone, not a liar from being two.
 */
import { createHash } from "node:crypto";
import {
  APPROVAL_TTL_MS,
  APPROVAL_TTL_MS_MAX,
  APPROVALS_OPEN_MAX,
  type Approval,
  type Command,
  type GovernanceCommand,
  type MeshEvent,
  type MeshState,
  type Problem,
  type Refusal,
  type Risk,
  type ServiceName,
} from "../../model/index.ts";
import { canonicalJson, err, ok, type Result } from "../../std/index.ts";
import type { DecideContext, Decision, Draft } from "./context.ts";
import { governanceOf, isLaxer } from "./governance.ts";
import { listed, refuse } from "./refusals.ts";
import { findStrategy } from "./release-create.ts";

type RequestApproval = Extract<GovernanceCommand, { readonly kind: "approval.request" }>;
type DecideApproval = Extract<GovernanceCommand, { readonly kind: "approval.decide" }>;

const REQUEST_BYTES_MAX = 65_536;
const TTL_MS_MIN = 60_000;
const NAMELESS = "anonymous";
const UNSEEN = /\p{Default_Ignorable_Code_Point}/gu;

/** Asks for an approval. `trial` says what the command would do. */
export function decideApprovalRequest(
  context: DecideContext,
  command: RequestApproval,
  trial: (command: Command) => Result<Decision | null, Refusal>,
): Result<Draft, Refusal> {
  const { author } = context;
  const expiresInMs = command.expiresInMs ?? APPROVAL_TTL_MS;
  if (isNameless(author.author)) return refuse(nameless("asks"));
  const pointless = neverAsked(command.command);
  if (pointless !== null) return refuse(pointless);
  if (!(expiresInMs >= TTL_MS_MIN && expiresInMs <= APPROVAL_TTL_MS_MAX)) {
    const fix = `Give ${TTL_MS_MIN} (a minute) to ${APPROVAL_TTL_MS_MAX} (a day).`;
    return refuse({ path: "expiresInMs", code: "input.invalid", detail: `An approval cannot hold for ${expiresInMs} ms.`, fix });
  }
  const bytes = Buffer.byteLength(JSON.stringify(command.request.body ?? null));
  if (bytes > REQUEST_BYTES_MAX) {
    const detail = `The request has ${bytes} bytes; an approval keeps at most ${REQUEST_BYTES_MAX}.`;
    return refuse({ path: "request.body", code: "input.too-large", detail, fix: "Split it into smaller changes." });
  }
  const open = [...context.state.approvals.values()].filter(isOpen);
  if (open.length >= APPROVALS_OPEN_MAX) {
    const detail = `${open.length} approvals are open.`;
    return refuse(state("request", detail, "Approve, reject or withdraw some of them first."));
  }
  const wanted = trial(command.command);
  if (!wanted.ok) return wanted;
  if (wanted.value === null) return refuse(state("request", "It would change nothing.", "There is nothing to approve."));
  const { after, before, kind, risk, services, subject } = wanted.value;
  const revs = revsOf(context.state, services);
  const approval: Approval = {
    id: `apr_${context.place.seq}`,
    diffHash: hashOf(context.state, command.command, revs),
    request: command.request,
    revs,
    risk: risk ?? { level: "click", reasons: [] },
    summary: `${kind} of ${subject}`,
    before: before ?? null,
    after: after ?? null,
    services,
    requestedBy: author.author,
    requestedAt: context.nowIso,
    expiresAt: new Date(Date.parse(context.nowIso) + expiresInMs).toISOString(),
    reason: author.reason,
    state: "waiting",
    decidedBy: null,
    decidedAt: null,
    because: "",
  };
  const draft = approvalDraft("approval.request", null, approval);
  return ok({
    ...draft,
    events: [...open.filter((other) => isReplaced(other, approval)).map((other) => replaced(other, approval)), ...draft.events],
  });
}

/** Why a command is nothing to approve: an approval keeps the request as it was sent and shows it to everybody, and none of these ever needs one. */
function neverAsked({ kind }: Command): Problem | null {
  if (kind.startsWith("approval.")) return state("request", "An approval is not approved.", "Ask for what it would allow.");
  if (kind.startsWith("channel."))
    return state("request", "A channel carries secrets, and needs no second person.", "Send the request itself.");
  if (!kind.startsWith("deployment.")) return null;
  return state("request", "Programs are started and ended with the local token, and need no second person.", "Send the request itself.");
}

/** Whoever asks for another change at the same place has thought better of the first. */
function isReplaced(other: Approval, { request, requestedBy, services }: Approval): boolean {
  const isSamePlace = other.request.method === request.method && other.request.path === request.path;
  return isSamePlace && isSamePerson(other.requestedBy, requestedBy) && other.services.some((name) => services.includes(name));
}

function replaced(other: Approval, { id, requestedAt }: Approval): MeshEvent {
  return {
    kind: "approval-set",
    id: other.id,
    value: { ...other, state: "void", decidedAt: requestedAt, because: `${id} took its place.` },
  };
}

/** Approves, rejects, or says that it holds no more. */
export function decideApproval(context: DecideContext, { id, verdict }: DecideApproval): Result<Draft, Refusal> {
  const { author, nowIso } = context;
  const approval = context.state.approvals.get(id);
  if (approval === undefined) return refuse(unknownApproval(context.state, id));
  const over = whyOver(context, approval);
  if (verdict !== "void") {
    if (approval.state !== "waiting") return refuse(wrongState(approval));
    if (over !== null) return refuse(state("id", `${id} holds no more: ${over}`, "Ask for a new one."));
    if (isNameless(author.author)) return refuse(nameless(verdict === "approved" ? "approves" : "rejects"));
    if (verdict === "approved" && isSamePerson(author.author, approval.requestedBy)) {
      const detail = `${approval.requestedBy} asked for it, so somebody else approves it.`;
      return refuse({ path: "headers.x-interlock-author", code: "approval.second-person", detail, fix: "Let a second person look at it." });
    }
  } else {
    if (!isOpen(approval)) return refuse(wrongState(approval));
    if (author.via !== "engine" && !isSamePerson(author.author, approval.requestedBy)) {
      const detail = `${id} was asked for by ${approval.requestedBy}, who alone withdraws it.`;
      return refuse({ path: "id", code: "approval.second-person", detail, fix: "Reject it instead." });
    }
  }
  const decided: Approval = { ...approval, state: verdict, decidedBy: author.author, decidedAt: nowIso, because: author.reason };
  return ok(approvalDraft("approval.decide", approval, decided));
}

export interface ApprovalNeed {
  readonly command: Command;
  readonly services: readonly ServiceName[];
  /** With the level by which it has to be confirmed in this mesh. */
  readonly risk: Risk | null;
}

/** The fact that uses up the approval that came with a command; none where none is needed; a refusal where it is and does not fit. */
export function takeApproval(context: DecideContext, need: ApprovalNeed): Result<readonly MeshEvent[], Refusal> {
  const { approval: given, author, isTrial = false, nowIso, state: mesh } = context;
  if (isTrial || author.via === "engine") return ok([]);
  if (given === undefined) return isNeeded(mesh, need) ? err(required(need)) : ok([]);
  const approval = mesh.approvals.get(given);
  const path = "headers.x-interlock-approval";
  if (approval === undefined) return refuse({ ...unknownApproval(mesh, given), path });
  if (approval.state !== "approved") return refuse({ ...wrongState(approval), path });
  if (!isSamePerson(author.author, approval.requestedBy)) {
    const detail = `${given} was asked for by ${approval.requestedBy}, who alone uses it.`;
    return refuse({ path, code: "approval.second-person", detail, fix: "Ask for one of your own." });
  }
  const over = whyOver(context, approval);
  const isOther = hashOf(mesh, need.command, revsOf(mesh, need.services)) !== approval.diffHash;
  if (over !== null || isOther) {
    const detail = `${given} holds no more: ${over ?? "what is asked now is not what was approved."}`;
    return refuse({ path, code: "approval.void", detail, fix: "Ask for a new approval of exactly this." });
  }
  return ok([{ kind: "approval-set", id: approval.id, value: { ...approval, state: "used", decidedAt: approval.decidedAt ?? nowIso } }]);
}

/** Why an open approval holds no more, though nothing is recorded yet; null where it holds. */
export function whyOver({ nowIso, state: mesh }: Pick<DecideContext, "nowIso" | "state">, approval: Approval): string | null {
  if (Date.parse(approval.expiresAt) <= Date.parse(nowIso)) return `its time was up at ${approval.expiresAt}.`;
  const moved = Object.entries(approval.revs).find(([name, rev]) => mesh.services.get(name as ServiceName)?.rev !== rev);
  return moved === undefined ? null : `${moved[0]} was changed since it was asked for.`;
}

export function isOpen({ state: standing }: Pick<Approval, "state">): boolean {
  return standing === "waiting" || standing === "approved";
}

function isNeeded(mesh: MeshState, { command, risk }: ApprovalNeed): boolean {
  if (command.kind === "governance.set") return isLaxer(command.secondPersonFrom, governanceOf(mesh).secondPersonFrom);
  return risk?.level === "second-person";
}

function required({ risk }: ApprovalNeed): Refusal {
  const why = risk?.reasons[0] ?? "It asks for less than is asked for now.";
  const detail = `This needs a second person. ${why}`;
  const fix =
    "Ask for an approval of exactly this request (POST /api/v1/approvals, or --ask on the command line), then send it again with its id.";
  const problem: Problem = { path: "headers.x-interlock-approval", code: "approval.required", detail, fix };
  return { code: problem.code, detail, problems: [problem] };
}

function approvalDraft(kind: "approval.request" | "approval.decide", before: Approval | null, after: Approval): Draft {
  return {
    kind,
    subject: after.id,
    before: before === null ? null : { state: before.state },
    after: { state: after.state, what: after.summary, ...(after.because === "" ? {} : { because: after.because }) },
    events: [{ kind: "approval-set", id: after.id, value: after }],
    services: [],
  };
}

/** A strategy that the command names counts as it is now: whoever changes it afterwards has changed what was approved. */
function hashOf(mesh: MeshState, command: Command, revs: Readonly<Record<string, number>>): string {
  const name = command.kind === "release.create" && typeof command.strategy === "string" ? command.strategy : null;
  const strategy = name === null ? {} : { strategy: findStrategy(mesh, name) };
  const plain: unknown = JSON.parse(JSON.stringify({ command, revs, ...strategy }));
  return createHash("sha256")
    .update(canonicalJson(plain as Parameters<typeof canonicalJson>[0]))
    .digest("hex");
}

function revsOf(mesh: MeshState, services: readonly ServiceName[]): Readonly<Record<string, number>> {
  return Object.fromEntries([...services].sort().map((name) => [name, mesh.services.get(name)?.rev ?? 0]));
}

function isSamePerson(left: string, right: string): boolean {
  return personOf(left) === personOf(right);
}

/** One name in one form, however it was typed: composed or not, with characters that nobody sees or without. */
function personOf(name: string): string {
  return name.normalize("NFKC").replace(UNSEEN, "").trim().toLowerCase();
}

function isNameless(author: string): boolean {
  return isSamePerson(author, NAMELESS) || personOf(author) === "";
}

function nameless(verb: string): Problem {
  const detail = `Who ${verb} says who they are: two people without a name cannot be told apart.`;
  return { path: "headers.x-interlock-author", code: "approval.second-person", detail, fix: "Give your name." };
}

function state(path: string, detail: string, fix: string): Problem {
  return { path, code: "approval.state", detail, fix };
}

function wrongState(approval: Approval): Problem {
  const said = approval.because === "" ? "" : ` (${approval.because.replace(/\.$/, "")})`;
  const fix = approval.state === "waiting" ? "Wait until somebody else has approved it." : "Ask for a new one.";
  return state("id", `${approval.id} is ${approval.state}${said}.`, fix);
}

export function unknownApproval({ approvals }: Pick<MeshState, "approvals">, id: string): Problem {
  const known = listed([...approvals.keys()].toReversed());
  const fix = known === "" ? "There are none." : `Take one of: ${known}.`;
  return { path: "id", code: "approval.unknown", detail: `There is no approval "${id}".`, fix };
}
