import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { err, ok, type Result } from "../std/index.ts";
import type { Guard, Target } from "./guard.ts";

const WITHIN_MS = 5_000;
const BYTES_MAX = 1_048_576;

export interface GuardedRequest {
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For everything from the resolver to the last byte; 5 s unless given. */
  readonly withinMs?: number;
  /** Bytes of an answer that are read; 1 MiB unless given. */
  readonly bytesMax?: number;
  /** Ends it early. */
  readonly signal?: AbortSignal;
  /** Authorities to trust beside the system's, PEM: for servers with certificates of their own. */
  readonly ca?: string;
}

export interface GuardedAnswer {
  readonly status: number;
  readonly text: string;
  /** There was more than `bytesMax`, which was not read. */
  readonly isCut: boolean;
  /** The header, where there is one. */
  readonly retryAfter?: string;
}

/** Sends one request to where the guard lets it go. An answer that redirects is an error; every other status is an answer. */
export async function sendGuarded(guard: Guard, uri: string, request: GuardedRequest): Promise<Result<GuardedAnswer, string>> {
  const target = guard.readTarget(uri);
  return target.ok ? exchange(guard, target.value, request) : target;
}

function exchange(
  guard: Guard,
  target: Target,
  { body, bytesMax = BYTES_MAX, ca, headers, method, signal: ended, withinMs = WITHIN_MS }: GuardedRequest,
): Promise<Result<GuardedAnswer, string>> {
  const send = target.url.protocol === "https:" ? httpsRequest : httpRequest;
  const { promise, resolve } = Promise.withResolvers<Result<GuardedAnswer, string>>();
  const late = AbortSignal.timeout(withinMs);
  const signal = ended === undefined ? late : AbortSignal.any([late, ended]);
  const fail = (error: Error) => resolve(err(late.aborted ? `It did not answer within ${withinMs} ms.` : `${error.message}.`));
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
  const request = send(target.url, {
    agent: false,
    method,
    signal,
    headers: { ...headers, ...length },
    lookup: guard.lookupFor(target),
    ...(ca === undefined ? {} : { ca }),
  });
  request.on("error", fail);
  request.on("response", (response) => {
    const finish = (result: Result<GuardedAnswer, string>) => {
      resolve(result);
      request.destroy();
    };
    const status = response.statusCode ?? 0;
    if (status >= 300 && status < 400)
      return finish(err(`It redirects (${status}), which is not followed: write the address that it leads to.`));
    const chunks: Buffer[] = [];
    let bytes = 0;
    const retryAfter = response.headers["retry-after"];
    const later = retryAfter === undefined ? {} : { retryAfter };
    const answer = (isCut: boolean) => ok({ status, text: Buffer.concat(chunks).subarray(0, bytesMax).toString("utf8"), isCut, ...later });
    response.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > bytesMax) finish(answer(true));
    });
    response.on("end", () => finish(answer(false)));
    response.on("error", fail);
  });
  request.end(body);
  return promise;
}
