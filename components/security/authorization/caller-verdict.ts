/**
 * Whether a caller gets into a service under a policy, whatever it asks for. Pure.
 *
 * The policy is tried with the code of the proxies on one request of every kind that it can tell apart: each method and path that it names, one of each
 * prefix, one that it names nowhere, without a token and with one that each rule about tokens wants. All get in, none does, or some do.
 * Invariant: "allowed" and "refused" are said only where every kind was tried; a policy of more kinds than `PROBES_MAX` is at most "partly".
 */
import { type AuthorizationPolicy, type Principal, parseServiceName, parseVersion } from "@/lib/model/index.ts";
import { decideAuthorization } from "@/lib/routing/index.ts";

export type CallerVerdict = "allowed" | "partly" | "refused";

export interface Caller {
  readonly service: string;
  /** null for traffic from outside. */
  readonly version: string | null;
  /** SPIFFE id where its requests are encrypted; null in plain text. */
  readonly identity: string | null;
}

export interface CallerAnswer {
  readonly verdict: CallerVerdict;
  /** The rule that decided the first kind of request, by its name or number; null: no allow rule fits, or no deny rule does. */
  readonly rule: string | null;
  /** A kind of request that is refused, where some are: `DELETE /admin`; "" for one that no rule names. */
  readonly refused: string | null;
}

const PROBES_MAX = 4_000;
/** Named nowhere: policies spell methods and paths as requests have them, and no request has these. */
const OTHER_METHOD = "INTERLOCK-OTHER";
const OTHER_PATH = "/interlock-other-path";

/** What the policy does with the caller; null policy: everybody gets in. */
export function callerVerdict(policy: AuthorizationPolicy | null, caller: Caller): CallerAnswer {
  if (policy === null) return { verdict: "allowed", rule: null, refused: null };
  const { isWhole, probes } = probesOf(policy);
  const principal = principalOf(caller);
  let allowed: { readonly rule: string | null } | null = null;
  let refused: { readonly rule: string | null; readonly what: string } | null = null;
  for (const { claims, method, path } of probes) {
    const decision = decideAuthorization(policy, { principal, identity: caller.identity, method, path, claims });
    const rule = decision.rule === null ? null : (decision.rule.name ?? String(policy.rules.indexOf(decision.rule) + 1));
    if (decision.kind === "allow") allowed ??= { rule };
    else refused ??= { rule, what: sayProbe(method, path) };
    if (allowed !== null && refused !== null) break;
  }
  if (allowed !== null && refused !== null) return { verdict: "partly", rule: refused.rule, refused: refused.what };
  const verdict = allowed === null ? "refused" : "allowed";
  return { verdict: isWhole ? verdict : "partly", rule: (allowed ?? refused)?.rule ?? null, refused: null };
}

function principalOf({ service, version }: Caller): Principal | null {
  if (version === null) return service === "ingress" ? { kind: "ingress" } : null;
  const name = parseServiceName(service);
  const parsed = parseVersion(version);
  return name.ok && parsed.ok ? { kind: "instance", service: name.value, version: parsed.value } : null;
}

function sayProbe(method: string, path: string): string {
  const verb = method === OTHER_METHOD ? "" : method;
  const place = path === OTHER_PATH ? "" : path;
  return [verb, place].filter((part) => part !== "").join(" ");
}

interface Probe {
  readonly method: string;
  readonly path: string;
  readonly claims: Readonly<Record<string, unknown>> | null;
}

function probesOf(policy: AuthorizationPolicy): { readonly probes: readonly Probe[]; readonly isWhole: boolean } {
  const targets = policy.rules.map(({ to }) => to ?? {});
  const methods = distinct([OTHER_METHOD, ...targets.flatMap((to) => to.methods ?? [])]);
  const paths = distinct([OTHER_PATH, ...targets.flatMap((to) => to.paths ?? []).flatMap(pathsOf)]);
  const tokens = policy.rules.flatMap(({ from }) => (from?.jwt === undefined ? [] : [tokenOf(from.jwt)]));
  const claims = [null, ...tokens];
  const probes = methods.flatMap((method) => paths.flatMap((path) => claims.map((each) => ({ method, path, claims: each }))));
  return { probes: probes.slice(0, PROBES_MAX), isWhole: probes.length <= PROBES_MAX };
}

/** A path that is named, or of a prefix both its beginning and something beneath it, so that narrower rules are told from wider ones. */
function pathsOf(text: string): readonly string[] {
  if (!text.endsWith("*")) return [text];
  const beginning = text.slice(0, -1);
  const below = `${beginning}interlock-below`;
  return beginning.startsWith("/") ? [beginning, below] : [];
}

function tokenOf(wanted: Readonly<Record<string, readonly string[]>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(wanted).map(([claim, values]) => [claim, values[0] ?? ""]));
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
