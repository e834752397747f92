import { ERROR_CODES, type Problem, type Refusal } from "../model/index.ts";

/** What goes back over the wire, before any server has seen it: it can be remembered and replayed as it is. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Items of `errors` that one answer carries; `detail` says how many there are in all. */
export const PROBLEMS_MAX = 200;

/** A success, with the service's rev as its ETag where given. */
export function jsonAnswer(status: number, body: unknown, rev?: number): Answer {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (rev !== undefined) headers["etag"] = `"${rev}"`;
  return { status, headers, body: JSON.stringify(body) };
}

/** A refusal as application/problem+json (RFC 9457); one that shows the current state carries its ETag. */
export function problemAnswer(refusal: Refusal, headers: Readonly<Record<string, string>> = {}): Answer {
  const { status, title } = ERROR_CODES[refusal.code];
  const omitted = refusal.problems.length - PROBLEMS_MAX;
  const body = {
    type: `urn:interlock:problem:${refusal.code}`,
    title,
    status,
    code: refusal.code,
    detail: omitted > 0 ? `${refusal.detail} ${omitted} more problems are not listed.` : refusal.detail,
    errors: refusal.problems.slice(0, PROBLEMS_MAX),
    ...(refusal.reasons && { reasons: refusal.reasons }),
    ...(refusal.closure && { closure: refusal.closure }),
    ...(refusal.current && { current: refusal.current }),
  };
  const etag = refusal.current && { etag: `"${refusal.current.rev}"` };
  return { status, headers: { "content-type": "application/problem+json", ...etag, ...headers }, body: JSON.stringify(body) };
}

/** A refusal with one problem, which it is named after. */
export function refusal(problem: Problem): Refusal {
  return { code: problem.code, detail: problem.detail, problems: [problem] };
}
