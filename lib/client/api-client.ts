import { problemFromAnswer, unreachableProblem } from "./api-problem.ts";
import type { CallAnswer, CallArguments, DescribedRequest, OperationKey, ResponseOf } from "./call-types.ts";

/** Longest wait for an answer; the engine itself gives up on a request after 15 s. */
const CALL_TIMEOUT_MS = 20_000;

export interface ApiClientOptions {
  /** `http://127.0.0.1:4600`, or "" for the page's own origin. No trailing slash. */
  readonly baseUrl: string;
  readonly fetch?: typeof fetch;
  /** Sent with every call, such as `x-interlock-author`. */
  readonly headers?: () => Readonly<Record<string, string>>;
}

/** Every operation of the API, typed by the contract. Throws `ApiProblem` on a refusal; an aborted `signal` throws its own reason. */
export interface ApiClient {
  call<Key extends OperationKey>(key: Key, ...request: CallArguments<Key>): Promise<ResponseOf<Key>>;
  callWithMeta<Key extends OperationKey>(key: Key, ...request: CallArguments<Key>): Promise<CallAnswer<ResponseOf<Key>>>;
  /** Sends a request that was described before, with the approval that it uses up. */
  send(request: DescribedRequest, approval: string): Promise<unknown>;
}

/** What a request looks like once the types have done their work. */
interface LooseRequest {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly rev?: number;
  readonly idempotencyKey?: string;
  readonly dryRun?: boolean;
  readonly approval?: string;
  readonly signal?: AbortSignal;
}

/** A client of one engine, directly or through the console. */
export function createApiClient(options: ApiClientOptions): ApiClient {
  const send = options.fetch ?? ((input, init) => fetch(input, init));

  async function callWithMeta(key: OperationKey, request: LooseRequest = {}): Promise<CallAnswer<unknown>> {
    const separator = key.indexOf(" ");
    return exchangeAt(key.slice(0, separator), resolvePath(key.slice(separator + 1), request), request);
  }

  async function exchangeAt(method: string, path: string, request: LooseRequest): Promise<CallAnswer<unknown>> {
    const url = options.baseUrl + path;
    const init: RequestInit = {
      method,
      headers: headersOf(request, options.headers?.() ?? {}),
      cache: "no-store",
    };
    if (request.body !== undefined) init.body = JSON.stringify(request.body);
    const { response, text } = await exchange(send, url, init, request.signal);
    if (!response.ok) throw problemFromAnswer(response.status, text);
    return { status: response.status, etag: response.headers.get("etag"), body: parseBody(response.status, text) };
  }

  // The overloads of the interface carry the types; underneath every operation is one and the same exchange.
  return {
    call: async (key, ...[request]) => (await callWithMeta(key, request as LooseRequest | undefined)).body as never,
    callWithMeta: async (key, ...[request]) => (await callWithMeta(key, request as LooseRequest | undefined)) as never,
    send: async ({ body, ifMatch, method, path }, approval) => {
      const request = { approval, ...(body !== null && { body }), ...(ifMatch !== null && { rev: ifMatch }) };
      return (await exchangeAt(method, path, request)).body;
    },
  };
}

/** What a call would send. */
export function describeCall<Key extends OperationKey>(key: Key, ...[given]: CallArguments<Key>): DescribedRequest {
  const request = (given ?? {}) as LooseRequest;
  const [method = "", template = ""] = key.split(" ");
  const path = resolvePath(template, { ...request, dryRun: false });
  return { method: method as DescribedRequest["method"], path, ifMatch: request.rev ?? null, body: request.body ?? null };
}

function resolvePath(template: string, request: LooseRequest): string {
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(request.params?.[name] ?? ""));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (Array.isArray(value)) for (const one of value) query.append(name, String(one));
    else if (value !== undefined && value !== null) query.set(name, String(value));
  }
  if (request.dryRun === true) query.set("dryRun", "true");
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
}

function headersOf(request: LooseRequest, extra: Readonly<Record<string, string>>): Record<string, string> {
  const headers: Record<string, string> = { accept: "application/json" };
  for (const [name, value] of Object.entries(extra)) headers[name] = headerValue(value);
  if (request.body !== undefined) headers["content-type"] = "application/json";
  if (request.rev !== undefined) headers["if-match"] = `"${request.rev}"`;
  if (request.idempotencyKey !== undefined) headers["idempotency-key"] = request.idempotencyKey;
  if (request.approval !== undefined) headers["x-interlock-approval"] = request.approval;
  return headers;
}

/** Headers carry Latin-1 only, and fetch throws at anything else; the engine reads percent-encoded UTF-8. */
function headerValue(value: string): string {
  return /^[ -$&-~]*$/.test(value) ? value : encodeURIComponent(value);
}

async function exchange(send: typeof fetch, url: string, init: RequestInit, signal: AbortSignal | undefined) {
  const timeout = AbortSignal.timeout(CALL_TIMEOUT_MS);
  try {
    const response = await send(url, { ...init, signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]) });
    return { response, text: await response.text() };
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw unreachableProblem("The engine does not answer.", 0, cause);
  }
}

function parseBody(status: number, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreachableProblem(`The answer (status ${status}) is not readable.`, status, cause);
  }
}
