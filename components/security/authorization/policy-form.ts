/**
 * An authorization policy as the fields of a form, and back. Pure.
 *
 * Invariants: a policy that the engine took survives the way there and back, up to the order of claims; an empty field is left out, since an empty list fits
 * nobody; what cannot be read (a claim without a value, a key set that is no JSON) is a problem at its field and is never sent.
 */
import type { ResponseOf } from "@/lib/client/index.ts";
import { canonicalJson } from "@/lib/std/index.ts";

/** A policy as the API writes it. */
export type Policy = NonNullable<ResponseOf<"GET /api/v1/services/{service}/authorization">["authorization"]>;
type PolicyRule = Policy["rules"][number];
type Provider = NonNullable<Policy["jwtProviders"]>[number];
type Action = Policy["action"];

/** Lists are texts separated by commas. */
export interface RuleFields {
  /** Stays with the rule while the form is open. */
  readonly id: number;
  readonly name: string;
  readonly action: Action;
  readonly services: string;
  readonly identities: string;
  /** A line per claim: `role = admin, ops`. */
  readonly claims: string;
  /** Any verified token fits, though no claim is named. */
  readonly anyToken: boolean;
  readonly methods: string;
  readonly paths: string;
}

export interface ProviderFields {
  readonly id: number;
  readonly issuer: string;
  readonly audiences: string;
  readonly jwksUri: string;
  /** A key set as JSON, instead of the address. */
  readonly jwks: string;
}

export interface PolicyFields {
  readonly action: Action;
  readonly rules: readonly RuleFields[];
  readonly providers: readonly ProviderFields[];
}

export interface FieldProblem {
  readonly path: string;
  readonly key: "claim" | "jwks";
}

export const EMPTY_RULE: Omit<RuleFields, "id"> = {
  name: "",
  action: "allow",
  services: "",
  identities: "",
  claims: "",
  anyToken: false,
  methods: "",
  paths: "",
};

export const EMPTY_PROVIDER: Omit<ProviderFields, "id"> = { issuer: "", audiences: "", jwksUri: "", jwks: "" };

/** The fields of a policy; of none, those of one that lets in whom a first rule names. */
export function fieldsOfPolicy(policy: Policy | null): PolicyFields {
  if (policy === null) return { action: "allow", rules: [{ id: 0, ...EMPTY_RULE }], providers: [] };
  return {
    action: policy.action,
    rules: policy.rules.map((rule, id) => fieldsOfRule(rule, policy.action, id)),
    providers: (policy.jwtProviders ?? []).map((provider, id) => ({
      id,
      issuer: provider.issuer,
      audiences: (provider.audiences ?? []).join(", "),
      jwksUri: provider.jwksUri ?? "",
      jwks: provider.jwks === undefined ? "" : JSON.stringify(provider.jwks),
    })),
  };
}

function fieldsOfRule(rule: PolicyRule, action: Action, id: number): RuleFields {
  const { from = {}, to = {} } = rule;
  const claims = Object.entries(from.jwt ?? {});
  return {
    id,
    name: rule.name ?? "",
    action: rule.action ?? action,
    services: (from.services ?? []).join(", "),
    identities: (from.identities ?? []).join(", "),
    claims: claims.map(([claim, values]) => `${claim} = ${values.join(", ")}`).join("\n"),
    anyToken: from.jwt !== undefined && claims.length === 0,
    methods: (to.methods ?? []).join(", "),
    paths: (to.paths ?? []).join(", "),
  };
}

/** The policy of the fields, and what of them could not be read. */
export function policyOfFields(fields: PolicyFields): { readonly policy: Policy; readonly problems: readonly FieldProblem[] } {
  const problems: FieldProblem[] = [];
  const rules = fields.rules.map((rule, index) => ruleOfFields(rule, fields.action, `rules.${index}`, problems));
  const providers = fields.providers.map((provider, index) => providerOfFields(provider, `jwtProviders.${index}`, problems));
  return { policy: { action: fields.action, rules, ...(providers.length > 0 && { jwtProviders: providers }) }, problems };
}

function ruleOfFields(rule: RuleFields, action: Action, path: string, problems: FieldProblem[]): PolicyRule {
  const claims = claimsOf(rule.claims);
  if (claims === null) problems.push({ path: `${path}.from.jwt`, key: "claim" });
  const hasClaims = claims !== null && (Object.keys(claims).length > 0 || rule.anyToken);
  const from = {
    ...listAs("services", rule.services),
    ...listAs("identities", rule.identities),
    ...(hasClaims && { jwt: claims }),
  };
  const to = { ...listAs("methods", rule.methods.toUpperCase()), ...listAs("paths", rule.paths) };
  return {
    ...(rule.name.trim() !== "" && { name: rule.name.trim() }),
    ...(rule.action !== action && { action: rule.action }),
    ...(Object.keys(from).length > 0 && { from }),
    ...(Object.keys(to).length > 0 && { to }),
  };
}

/** `role = admin, ops` per line; null where a line names no claim. */
function claimsOf(text: string): Record<string, string[]> | null {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const claims: [string, string[]][] = [];
  for (const line of lines) {
    const at = line.indexOf("=");
    const name = line.slice(0, Math.max(0, at)).trim();
    const values = listOf(line.slice(at + 1));
    if (name === "" || values.length === 0) return null;
    claims.push([name, values]);
  }
  return Object.fromEntries(claims);
}

function providerOfFields(provider: ProviderFields, path: string, problems: FieldProblem[]): Provider {
  const jwks = provider.jwks.trim() === "" ? undefined : readJson(provider.jwks);
  if (jwks === null) problems.push({ path: `${path}.jwks`, key: "jwks" });
  return {
    issuer: provider.issuer.trim(),
    ...listAs("audiences", provider.audiences),
    ...(provider.jwksUri.trim() !== "" && { jwksUri: provider.jwksUri.trim() }),
    ...(jwks && { jwks: jwks as NonNullable<Provider["jwks"]> }),
  };
}

function readJson(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : null;
  } catch {
    return null;
  }
}

function listOf(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function listAs<Name extends string>(name: Name, text: string): { readonly [Key in Name]?: string[] } {
  const list = listOf(text);
  return (list.length === 0 ? {} : { [name]: list }) as { readonly [Key in Name]?: string[] };
}

/** Whether two policies say the same. */
export function isSamePolicy(left: Policy | null, right: Policy | null): boolean {
  return canonicalJson(left) === canonicalJson(right);
}
