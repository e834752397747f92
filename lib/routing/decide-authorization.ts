/**
 * Who may call a service (`AuthorizationPolicy` in lib/model). In: the policy, who calls, method, path as it came, claims of a token that was verified.
 * Out: allow, with the path to send on, or deny, with the rule and why.
 *
 * Invariants:
 * - deny wins, whatever the order of rules; with an allow rule (or `action: "allow"`) nobody gets in whom no allow rule fits;
 * - it fails closed: a policy that cannot be read, a path that a policy looks at and servers read in different ways, anything that throws is a deny;
 * - a caller who does not prove who he is fits every deny rule about services or identities: leaving the certificate at home opens no door;
 * - the same for tokens: a deny rule about claims fits a token that has them, and a request without a token, since leaving it out opens no door either;
 * - a deny rule about methods has no case and covers HEAD with GET, because servers take `get` for GET and HEAD tells most of what GET does; an allow rule
 *   means what it says;
 * - what was decided on is what is sent: where the policy looks at paths, the path to send is the normal form (`normalisePath`).
 */
import type { AuthorizationPolicy, AuthorizationRule, AuthorizationSource, AuthorizationTarget, Principal } from "../model/index.ts";
import { normalisePath } from "./normalise-path.ts";

export interface AuthorizationRequest {
  /** Who calls; null: nobody knows. */
  readonly principal: Principal | null;
  /** His SPIFFE id as proven on this connection; null: the connection is not encrypted. */
  readonly identity: string | null;
  readonly method: string;
  /** As sent on to the instance, rewrites included, without query. */
  readonly path: string;
  /** Of a token whose signature, issuer, audience and times were verified; null: there is none. */
  readonly claims: Readonly<Record<string, unknown>> | null;
}

export type AuthorizationDecision =
  | {
      readonly kind: "allow";
      /** Null: nothing had to fit. */
      readonly rule: AuthorizationRule | null;
      /** The path to send on. */
      readonly path: string;
      readonly why: string;
    }
  | {
      readonly kind: "deny";
      /** The deny rule that fits; null: no allow rule does, or nothing could be decided. */
      readonly rule: AuthorizationRule | null;
      readonly why: string;
    };

/** Decides a request, once for every hop that it takes to an instance. A null policy lets everybody in. */
export function decideAuthorization(policy: AuthorizationPolicy | null, request: AuthorizationRequest): AuthorizationDecision {
  if (policy === null) return { kind: "allow", rule: null, path: request.path, why: "The service has no authorization policy." };
  try {
    return decide(compiled(policy), request);
  } catch {
    return { kind: "deny", rule: null, why: "The policy could not be decided, so nobody is let in." };
  }
}

interface CompiledRule {
  readonly source: AuthorizationRule;
  /** "rule 3", or its name. */
  readonly name: string;
  readonly fits: (request: AuthorizationRequest, path: string) => boolean;
}

interface CompiledPolicy {
  readonly deny: readonly CompiledRule[];
  readonly allow: readonly CompiledRule[];
  /** Somebody has to be allowed explicitly. */
  readonly needsAllow: boolean;
  readonly looksAtPath: boolean;
}

const cache = new WeakMap<AuthorizationPolicy, CompiledPolicy>();

function compiled(policy: AuthorizationPolicy): CompiledPolicy {
  const known = cache.get(policy);
  if (known !== undefined) return known;
  const actionOf = (rule: AuthorizationRule) => {
    const action: string = rule.action ?? policy.action;
    if (action !== "allow" && action !== "deny") throw new TypeError(`unknown action ${action}`);
    return action;
  };
  const rules = policy.rules.map((source, index) => ({ source, name: source.name ?? `rule ${index + 1}`, action: actionOf(source) }));
  const deny = rules.filter(({ action }) => action === "deny").map((rule) => ({ ...rule, fits: compileRule(rule.source, true) }));
  const allow = rules.filter(({ action }) => action === "allow").map((rule) => ({ ...rule, fits: compileRule(rule.source, false) }));
  const result = {
    deny,
    allow,
    // Only the plain word opens the door; whatever else stands there closes it.
    needsAllow: policy.action !== "deny" || allow.length > 0,
    looksAtPath: policy.rules.some(({ to }) => to?.paths !== undefined),
  };
  cache.set(policy, result);
  return result;
}

function decide(policy: CompiledPolicy, request: AuthorizationRequest): AuthorizationDecision {
  let { path } = request;
  if (policy.looksAtPath && path !== "*") {
    const normal = normalisePath(path);
    if (!normal.ok) return { kind: "deny", rule: null, why: `Servers read the path in different ways: ${normal.error}.` };
    path = normal.value;
  }
  const denied = policy.deny.find(({ fits }) => fits(request, path));
  if (denied !== undefined) return { kind: "deny", rule: denied.source, why: `${denied.name} denies it.` };
  if (!policy.needsAllow) return { kind: "allow", rule: null, path, why: "No deny rule fits." };
  const allowed = policy.allow.find(({ fits }) => fits(request, path));
  if (allowed !== undefined) return { kind: "allow", rule: allowed.source, path, why: `${allowed.name} allows it.` };
  return { kind: "deny", rule: null, why: "No allow rule fits." };
}

function compileRule({ from = {}, to = {} }: AuthorizationRule, isDeny: boolean): CompiledRule["fits"] {
  const fitsSource = compileSource(from, isDeny);
  const fitsTarget = compileTarget(to, isDeny);
  return (request, path) => fitsTarget(request.method, path) && fitsSource(request);
}

function compileSource({ identities, jwt, services }: AuthorizationSource, isDeny: boolean): (request: AuthorizationRequest) => boolean {
  const named = services === undefined ? null : new Set(services);
  const claims = jwt === undefined ? null : Object.entries(jwt);
  return (request) => {
    if (named !== null && !(request.principal === null ? isDeny : isNamed(request.principal, named))) return false;
    if (identities !== undefined && !fitsIdentity(request.identity, identities, isDeny)) return false;
    if (claims === null) return true;
    // A rule against any token at all is not about who has none.
    return request.claims === null ? isDeny && claims.length > 0 : hasClaims(request.claims, claims);
  };
}

function fitsIdentity(identity: string | null, wanted: readonly string[], isDeny: boolean): boolean {
  return identity === null ? isDeny : wanted.some((text) => fitsText(identity, text));
}

function isNamed(principal: Principal, named: ReadonlySet<string>): boolean {
  if (principal.kind === "ingress") return named.has("ingress");
  return named.has(principal.service) || named.has(`${principal.service}@${principal.version}`);
}

function hasClaims(
  claims: Readonly<Record<string, unknown>>,
  wanted: readonly (readonly [name: string, values: readonly string[]])[],
): boolean {
  return wanted.every(([name, values]) => {
    const claim: unknown = Object.hasOwn(claims, name) ? claims[name] : undefined;
    const held: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
    return held.some(
      (each) => (typeof each === "string" || typeof each === "number" || typeof each === "boolean") && values.includes(String(each)),
    );
  });
}

function compileTarget({ methods, paths }: AuthorizationTarget, isDeny: boolean): (method: string, path: string) => boolean {
  const fitsMethod = compileMethods(methods, isDeny);
  return (method, path) => fitsMethod(method) && (paths === undefined || paths.some((text) => fitsText(path, text)));
}

function compileMethods(methods: readonly string[] | undefined, isDeny: boolean): (method: string) => boolean {
  if (methods === undefined) return () => true;
  const named = new Set(methods);
  if (!isDeny) return (method) => named.has(method);
  const folded = new Set(methods.map((method) => method.toUpperCase()));
  if (folded.has("GET")) folded.add("HEAD");
  return (method) => folded.has(method.toUpperCase());
}

function fitsText(text: string, wanted: string): boolean {
  return wanted.endsWith("*") ? text.startsWith(wanted.slice(0, -1)) : text === wanted;
}
