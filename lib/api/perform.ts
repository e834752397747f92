/**
 * One request, from the wire to the engine and back. The order of checks is part of the contract:
 *
 *   Host (421, before this file) → cross-site on writes (403) → local token (401, 403) → body within its limit (413) → Idempotency-Key (replay, 422, 409)
 *   → media type (415) → parse (400) → If-Match (428 missing, 412 stale) → validation (422, every problem)
 *   → the engine (404, 409, 412, 422, 503) → the answer (200, 201, 202)
 *
 * Nothing is written before the engine has said yes, so a refusal at any stage leaves the mesh as it was.
 * It does not judge what a request means to the mesh: that is the engine's.
 */
import type { MeshEngine } from "../engine/index.ts";
import type { Change, ChangeVia, Problem, Refusal, ServiceName } from "../model/index.ts";
import type { Clock } from "../std/index.ts";
import { err, ok, type Result } from "../std/index.ts";
import { type Answer, jsonAnswer, problemAnswer } from "./answer.ts";
import type { RouteDefinition } from "./contract/index.ts";
import type { Call, CommandHandler, DirectHandler, Done, OperationKey, Outcome } from "./operation.ts";
import { readAuthor } from "./request/author.ts";
import { checkMediaType, parseBody, readBody } from "./request/body.ts";
import { checkSameSite } from "./request/cross-site.ts";
import { checkKey, createIdempotencyGuard, type Idempotency, requestHash } from "./request/idempotency.ts";
import { type InputPart, invalidInput, parseInput, unknownField } from "./request/input-problems.ts";
import type { LocalTokenGate } from "./request/local-token.ts";
import { parseIfMatch, staleRefusal } from "./request/precondition.ts";
import { changeView } from "./views/change-view.ts";
import { worstAccepted } from "./views/split-view.ts";

/** How long the answer to a write waits for the proxies before it becomes 202. */
const ACCEPTED_WAIT_MS = 500;

export interface PerformContext {
  readonly engine: MeshEngine;
  readonly clock: Clock;
  readonly gate: LocalTokenGate;
  /** Told of failures that are ours. */
  report(error: unknown): void;
}

/** A request as the server hands it over; header names are lower-case. */
export interface WireRequest {
  readonly raw: Request;
  readonly params: Readonly<Record<string, string>>;
  header(name: string): string | undefined;
}

/** The types of one operation are erased here; `Handlers` has tied handler and contract together before. */
export interface Operation {
  readonly key: OperationKey;
  readonly definition: RouteDefinition;
  readonly handler: AnyHandler;
}

type AnyCall = Call<OperationKey>;
export type AnyHandler = DirectHandler<OperationKey> | CommandHandler<OperationKey>;

/** Performs requests of all operations; one per API, because it knows which idempotent requests are running. */
export function createPerformer(context: PerformContext) {
  const guard = createIdempotencyGuard(context.engine, context.clock);

  return async function perform(operation: Operation, request: WireRequest): Promise<Answer> {
    const foreign = operation.key.startsWith("GET ") ? undefined : checkSameSite(request.header);
    if (foreign !== undefined) return problemAnswer(foreign);
    const locked = operation.definition.localToken === true ? context.gate.require(request.header) : undefined;
    if (locked !== undefined) return problemAnswer(locked);
    const body = await readBody(request.raw);
    if (!body.ok) return problemAnswer(body.error, { connection: "close" });

    const run = (idempotency?: Idempotency) => answerSafely(context, () => handle(context, operation, request, body.value, idempotency));
    const key = operation.definition.write === true ? request.header("idempotency-key") : undefined;
    if (key === undefined) return run();
    const badKey = checkKey(key);
    if (badKey !== undefined) return problemAnswer(badKey);
    const url = new URL(request.raw.url);
    const idempotency = { key, requestHash: requestHash(request.raw.method, url.pathname + url.search, body.value) };
    return guard.perform(idempotency, {
      run,
      rebuild: (changeId) => answerSafely(context, () => rebuild(context, operation, request, body.value, changeId)),
    });
  };
}

async function answerSafely(context: PerformContext, work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    context.report(error);
    return internalAnswer();
  }
}

/** The answer to a flaw of ours: it says so, and nothing of what is inside. */
export function internalAnswer(): Answer {
  return problemAnswer({ code: "engine.internal", detail: "Something went wrong in the engine; its log says what.", problems: [] });
}

async function handle(
  context: PerformContext,
  operation: Operation,
  request: WireRequest,
  body: Uint8Array,
  idempotency: Idempotency | undefined,
): Promise<Answer> {
  const read = await readCall(context, operation, request, body);
  if (!read.ok) return problemAnswer(read.error);
  const call = read.value;
  const { handler } = operation;
  if (handler.kind === "direct") return answerOutcome(await handler.answer(call));
  const aside = handler.aside?.(call);
  if (aside !== undefined) return answerOutcome(aside);
  const command = handler.command(call);
  if (!command.ok) return problemAnswer(command.error);
  const approval = request.header("x-interlock-approval");
  const options = { dryRun: call.dryRun, ...(idempotency && { idempotency }), ...(approval && { approval }) };
  const applied = await context.engine.execute(command.value, call.author, options);
  if (!applied.ok) {
    if (approval !== undefined && applied.error.code === "approval.void") await voidApproval(context.engine, approval, applied.error);
    return problemAnswer(withCurrent(applied.error, handler, call));
  }
  return answerDone(context, operation, handler, call, applied.value);
}

/** Who brings an approval along with something else has changed his mind: it holds no more, for that something and for what it was. */
async function voidApproval(engine: MeshEngine, id: string, { detail }: Refusal): Promise<void> {
  await engine.execute({ kind: "approval.decide", id, verdict: "void" }, { author: "interlock", via: "engine", reason: detail });
}

function answerOutcome(outcome: Outcome<OperationKey>): Answer {
  if (!outcome.ok) return problemAnswer(outcome.error);
  return jsonAnswer(outcome.value.status ?? 200, outcome.value.body, outcome.value.rev);
}

/** A 412 shows the resource as its GET would, whatever form the engine knows it in. */
function withCurrent(refusal: Refusal, handler: CommandHandler<OperationKey>, call: AnyCall): Refusal {
  const state = refusal.current && handler.current?.(call);
  return state === undefined || refusal.current === undefined ? refusal : { ...refusal, current: { rev: refusal.current.rev, state } };
}

async function answerDone(
  context: PerformContext,
  operation: Operation,
  handler: CommandHandler<OperationKey>,
  call: AnyCall,
  done: Done,
): Promise<Answer> {
  const { engine } = context;
  const service = handler.service?.(call);
  const rev = service === undefined ? handler.rev?.(done, call) : done.state.services.get(service as ServiceName)?.rev;
  const accepted = done.snapshotVersion === null ? true : await engine.accepted(done.snapshotVersion, ACCEPTED_WAIT_MS);
  const touched = done.snapshotVersion === null || done.change === null ? undefined : worstAccepted(engine, done.change.services);
  const body = {
    ...(await handler.fields(done, call)),
    ...(done.dryRun && { dryRun: true }),
    change: done.change === null ? null : changeView(done.change),
    ...(rev !== undefined && { rev }),
    ...(touched && { accepted: touched }),
    ...(done.exposure && { exposure: done.exposure }),
    ...(done.notes.length > 0 && { notes: done.notes }),
    ...(done.dryRun && done.risk !== null && { risk: done.risk }),
  };
  const success = done.dryRun ? 200 : (operation.definition.successStatus ?? 200);
  return jsonAnswer(accepted ? success : 202, body, done.dryRun ? undefined : rev);
}

/** The answer of a request that wrote its change and died before answering. */
async function rebuild(
  context: PerformContext,
  operation: Operation,
  request: WireRequest,
  body: Uint8Array,
  changeId: string,
): Promise<Answer> {
  const { engine } = context;
  const change: Change | undefined = engine.change(changeId);
  const read = await readCall(context, operation, request, body, false);
  if (!read.ok) return problemAnswer(read.error);
  if (change === undefined || operation.handler.kind === "direct") return internalAnswer();
  const done: Done = { change, dryRun: false, state: engine.state(), snapshotVersion: null, notes: [], risk: null };
  return answerDone(context, operation, operation.handler, read.value, done);
}

/** Runs the checks of the wire; `precondition: false` for a request that was carried out already. */
async function readCall(
  context: PerformContext,
  operation: Operation,
  request: WireRequest,
  bytes: Uint8Array,
  precondition = true,
): Promise<Result<AnyCall, Refusal>> {
  const { definition } = operation;
  const body = await readBodyValue(definition, request, bytes);
  if (!body.ok) return body;
  const rev = readPrecondition(context, operation, request, precondition);
  if (!rev.ok) return rev;

  const problems: Problem[] = [];
  const check = (part: InputPart, input: unknown) => {
    const schema = definition[part];
    if (schema === undefined) return undefined;
    const parsed = parseInput(schema, input, part);
    if (!parsed.ok) problems.push(...parsed.error);
    return parsed.ok ? parsed.value : undefined;
  };
  const params = check("params", request.params);
  const query = check("query", readQuery(definition, request, problems));
  const value = check("body", body.value);
  if (problems.length > 0) return err(invalidInput(problems));

  const reason = reasonOf(value) ?? reasonOf(query) ?? "";
  const via: ChangeVia | undefined = definition.tag === "manifest" ? "manifest" : undefined;
  const dryRun = (query as { dryRun?: string } | undefined)?.dryRun === "true";
  const unlocked = context.gate.require(request.header) === undefined;
  const call = { params, query, body: value, rev: rev.value, dryRun, author: readAuthor(request.header, reason, via), unlocked };
  return ok(call as unknown as AnyCall);
}

async function readBodyValue(definition: RouteDefinition, request: WireRequest, bytes: Uint8Array): Promise<Result<unknown, Refusal>> {
  if (definition.body === undefined) return ok(undefined);
  const contentType = request.header("content-type");
  if (bytes.byteLength === 0 && (contentType === undefined || definition.body.safeParse(undefined).success)) {
    // An operation whose body may be left out gets none; for the others the missing body is a problem of validation.
    return ok(definition.body.safeParse(undefined).success ? undefined : {});
  }
  const mediaType = checkMediaType(contentType, definition.bodyTypes ?? ["application/json"]);
  if (!mediaType.ok) return mediaType;
  return parseBody(bytes, mediaType.value);
}

/** Stale comes before everything that is wrong with the body: the author is looking at an old state. */
function readPrecondition(context: PerformContext, operation: Operation, request: WireRequest, wanted: boolean): Result<number, Refusal> {
  if (!wanted || operation.definition.precondition !== true) return ok(-1);
  // RFC 9110, 13.1.2: it must not be there yet. Revs begin at 1.
  const header = request.header("if-none-match")?.trim() === "*" ? '"0"' : request.header("if-match");
  const rev = parseIfMatch(header);
  if (!rev.ok) return rev;
  const name = request.params["service"] ?? "";
  const service = context.engine.state().services.get(name as ServiceName);
  if (service === undefined || service.rev === rev.value) return rev;
  const { handler } = operation;
  const params = { params: request.params } as unknown as AnyCall;
  // Null where what the author saw is gone.
  const state = (handler.kind === "command" ? handler.current?.(params) : undefined) ?? null;
  return err(staleRefusal(name, header ?? "", { rev: service.rev, state }));
}

/** Query parameters as an object. A parameter that is unknown, or given twice where it is not repeatable, is a problem: `?dryrun=true` must not write. */
function readQuery(definition: RouteDefinition, request: WireRequest, problems: Problem[]): Record<string, string | readonly string[]> {
  const known = Object.keys((definition.query as { shape?: object } | undefined)?.shape ?? {});
  const query: Record<string, string | readonly string[]> = {};
  for (const [name, value] of new URL(request.raw.url).searchParams) {
    if (!known.includes(name)) problems.push(unknownField(`query.${name}`, name, known));
    else if (definition.repeatable?.includes(name) === true) query[name] = [...(query[name] ?? []), value];
    else if (name in query)
      problems.push({ path: `query.${name}`, code: "input.invalid", detail: `"${name}" is given twice.`, fix: "Give it once." });
    else query[name] = value;
  }
  return query;
}

function reasonOf(input: unknown): string | undefined {
  const reason = (input as { reason?: unknown } | undefined)?.reason;
  return typeof reason === "string" ? reason : undefined;
}
