/**
 * Makes writes repeatable. States of a key: free → running (in this process) → answered (kept 24 h, across restarts).
 *
 * - A repeat of an answered request gets the first answer, whatever it was; 5xx are not kept, the key is free again. Nor is what was refused for its
 *   approval kept: the same request is meant to be sent again, with the approval in a header that is no part of it.
 * - A repeat while the first is running waits for it, at most `WAIT_MS`, then 409 `idempotency.in-progress`.
 * - The same key with another request is 422 `idempotency.mismatch`.
 * - Where the process died after the change was written and before the answer was kept, the answer is rebuilt from the change: the
 *   engine stores the key in the same transaction as the change. Where it died before that, the request runs as if it were the first.
 */
import { createHash } from "node:crypto";
import type { MeshEngine } from "../../engine/index.ts";
import type { Problem, Refusal } from "../../model/index.ts";
import type { Clock } from "../../std/index.ts";
import { type Answer, problemAnswer, refusal } from "../answer.ts";

const WAIT_MS = 10_000;
/** Longest Idempotency-Key that is kept. */
export const KEY_CHARS_MAX = 255;

export interface Idempotency {
  readonly key: string;
  readonly requestHash: string;
}

interface Work {
  /** Does the request. */
  run(idempotency: Idempotency): Promise<Answer>;
  /** Builds the answer of a request whose change is already in the log. */
  rebuild(changeId: string): Promise<Answer>;
}

export type IdempotencyGuard = ReturnType<typeof createIdempotencyGuard>;

/** One per engine; it knows which keys are running in this process. */
export function createIdempotencyGuard(engine: Pick<MeshEngine, "recall" | "remember">, clock: Clock) {
  const running = new Map<string, Promise<Answer>>();

  async function runFirst(idempotency: Idempotency, work: () => Promise<Answer>): Promise<Answer> {
    const { key, requestHash } = idempotency;
    const answer = await work();
    if (answer.status < 500 && !isForApproval(answer)) engine.remember(key, answer);
    // A failure after the change was written must not free the key: a repeat would write it again.
    else if (engine.recall(key, requestHash)?.changeId == null) engine.remember(key, null);
    return answer;
  }

  async function perform(idempotency: Idempotency, work: Work): Promise<Answer> {
    const { key, requestHash } = idempotency;
    const first = running.get(key);
    const kept = engine.recall(key, requestHash);
    if (kept !== undefined && kept.requestHash !== requestHash) return problemAnswer(mismatch(key));
    if (kept?.response) return replayed(kept.response);
    if (first !== undefined) return waitFor(first, key);
    const changeId = kept?.changeId;
    const answer = runFirst(idempotency, () => (changeId == null ? work.run(idempotency) : work.rebuild(changeId)));
    running.set(key, answer);
    try {
      return await answer;
    } finally {
      running.delete(key);
    }
  }

  async function waitFor(first: Promise<Answer>, key: string): Promise<Answer> {
    let cancel = () => {};
    const late = new Promise<Answer>((resolve) => {
      cancel = clock.after(WAIT_MS, () => resolve(problemAnswer(inProgress(key))));
    });
    const answer = await Promise.race([first.then(replayed, () => problemAnswer(inProgress(key))), late]);
    cancel();
    return answer;
  }

  return { perform };
}

/** Whether an answer refuses a request for the approval that came with it, or that did not. */
function isForApproval({ body, headers }: Answer): boolean {
  if (headers["content-type"] !== "application/problem+json") return false;
  const { errors } = JSON.parse(body) as { readonly errors?: readonly Problem[] };
  return errors?.some(({ path }) => path === "headers.x-interlock-approval") === true;
}

/** Identifies a request by what it asks for: method, path, query and body. */
export function requestHash(method: string, pathAndQuery: string, body: Uint8Array): string {
  return createHash("sha256").update(`${method} ${pathAndQuery}\n`).update(body).digest("hex");
}

/** Refuses keys that cannot be kept. */
export function checkKey(key: string): Refusal | undefined {
  if (key.length >= 1 && key.length <= KEY_CHARS_MAX) return undefined;
  return refusal({
    path: "headers.idempotency-key",
    code: "input.invalid",
    detail: `The Idempotency-Key has ${key.length} characters.`,
    fix: `Use 1 to ${KEY_CHARS_MAX} characters, such as a UUID.`,
  });
}

function replayed(answer: Answer): Answer {
  return { ...answer, headers: { ...answer.headers, "idempotency-replayed": "true" } };
}

function mismatch(key: string): Refusal {
  return refusal({
    path: "headers.idempotency-key",
    code: "idempotency.mismatch",
    detail: `The Idempotency-Key "${key}" was used for another request within the last 24 hours.`,
    fix: "Use a new key for a new request.",
  });
}

function inProgress(key: string): Refusal {
  return refusal({
    path: "headers.idempotency-key",
    code: "idempotency.in-progress",
    detail: `The first request with the Idempotency-Key "${key}" is still running.`,
    fix: "Repeat the request in a moment, with the same key.",
  });
}
