/**
 * Whether one request may call its service, decided where the instance is called in plain HTTP: at its own proxy's inbound listener, where the caller's
 * identity is known, or at the caller's proxy where no other stands beside the instance. Decided once, however many instances are tried.
 *
 * Invariants: it fails closed; a hop in plain HTTP proves no identity, so rules that ask for one allow nobody here; which rule refused a request goes to
 * the log and never into an answer.
 */
import type { AuthorizationPolicy, ErrorCode, Principal } from "../model/index.ts";
import { type AuthorizationDecision, decideAuthorization, type RouteDecision } from "../routing/index.ts";
import type { CallerSide, ProxyContext } from "./caller-side.ts";
import type { RequestHead } from "./http1/request-head.ts";
import type { Claims, ClaimsResult } from "./token-gate.ts";

/** Who asks for what. */
export interface AdmissionRequest {
  readonly principal: Principal | null;
  /** His SPIFFE id, as proven; null: nothing is. */
  readonly identity: string | null;
  readonly method: string;
  /** As sent on, rewrites included, without query. */
  readonly path: string;
  /** Of the request's token, or why that is not valid. */
  readonly claims: ClaimsResult;
}

export class Admission {
  readonly #policy: AuthorizationPolicy;
  readonly #request: AdmissionRequest;
  #decision: AuthorizationDecision | null = null;

  constructor(policy: AuthorizationPolicy, request: AdmissionRequest) {
    this.#policy = policy;
    this.#request = request;
  }

  /** Of a token that was verified; null: there is none. */
  get claims(): Claims | null {
    return this.#request.claims.ok ? this.#request.claims.value : null;
  }

  /** Why the request goes nowhere, before an instance is chosen; null where it may go on. */
  refusalBefore({ endpoints }: Pick<RouteDecision, "endpoints">): ErrorCode | null {
    return endpoints.every(({ inbound }) => inbound === undefined) ? this.refusal() : null;
  }

  /** Why the request must not be sent in plain HTTP; null where it may. */
  refusal(): ErrorCode | null {
    const { claims, identity, method, path, principal } = this.#request;
    if (!claims.ok) return "authorization.token-invalid";
    this.#decision ??= decideAuthorization(this.#policy, { principal, identity, method, path, claims: claims.value });
    return this.#decision.kind === "allow" ? null : "authorization.denied";
  }

  /** The rule that denied it, or what was wrong; null where it was not denied. For the log. */
  get deniedBy(): string | null {
    if (!this.#request.claims.ok) return this.#request.claims.error.detail;
    return this.#decision?.kind === "deny" ? (this.#decision.rule?.name ?? this.#decision.why) : null;
  }
}

/** Finds out who asks for what; at once, or where a token has to be verified first, after that. The caller's connection is not read from meanwhile. */
export function admit(
  { tokens }: Pick<ProxyContext, "tokens">,
  caller: Pick<CallerSide, "listener" | "updateFlow">,
  head: RequestHead,
  { authorization, effects }: Pick<RouteDecision, "authorization" | "effects">,
  { next, onError }: { readonly next: (admission: Admission) => void; readonly onError: (error: unknown) => void },
): void {
  if (authorization === null) throw new TypeError("everybody may call a service without a policy");
  const { identity, principal } = caller.listener;
  const request = { principal, identity, method: head.method, path: effects?.path ?? head.path };
  const claims = tokens.claimsOf(authorization, head);
  if (!(claims instanceof Promise)) return next(new Admission(authorization, { ...request, claims }));
  caller.updateFlow();
  claims.then((verified) => next(new Admission(authorization, { ...request, claims: verified }))).catch(onError);
}
