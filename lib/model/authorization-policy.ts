/**
 * Who may call a service. Decided on the request as it is routed, by the caller's identity, method and path; deny wins; it fails closed.
 *
 * A request is refused when any deny rule fits it, and otherwise, where the policy has `action: "allow"` or any allow rule, unless an allow rule fits.
 * So `{action: "allow", rules: []}` lets nobody in, and `{action: "deny", rules: []}` (like no policy) everybody.
 */

/** Any of the lists that are given must contain the caller (AND between lists, OR within). Empty: everybody. */
export interface AuthorizationSource {
  /** `checkout`, `checkout@1.4.0`, or `ingress`. */
  readonly services?: readonly string[];
  /** SPIFFE ids, compared byte by byte; a trailing `*` is a prefix. Unencrypted callers have none. */
  readonly identities?: readonly string[];
  /** Claims of a verified token: each named claim must have one of the values. An empty record: any verified token. */
  readonly jwt?: Readonly<Record<string, readonly string[]>>;
}

/** Empty: every request. */
export interface AuthorizationTarget {
  readonly methods?: readonly string[];
  /** Exact, or with a trailing `*` a prefix; compared with the normalised path. */
  readonly paths?: readonly string[];
}

export interface AuthorizationRule {
  readonly name?: string;
  /** Absent: the action of the policy. */
  readonly action?: "allow" | "deny";
  readonly from?: AuthorizationSource;
  readonly to?: AuthorizationTarget;
}

/** Where tokens (`authorization: Bearer`) of an issuer are verified: a request with a token that is not valid is refused (401), one without is not. */
export interface JwtProvider {
  readonly issuer: string;
  readonly audiences?: readonly string[];
  /** Fetched by the engine and kept; or the key set itself. */
  readonly jwksUri?: string;
  readonly jwks?: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
}

export interface AuthorizationPolicy {
  readonly action: "allow" | "deny";
  readonly rules: readonly AuthorizationRule[];
  readonly jwtProviders?: readonly JwtProvider[];
}
