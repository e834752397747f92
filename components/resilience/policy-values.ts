/**
 * A traffic policy as the fields of a form: every setting a text, "" where it is not set and its default holds.
 *
 * Invariant: `policyOfValues(valuesOfPolicy(policy))` is the policy, but for parts that set nothing and an empty failover, which is the default.
 */
import type { ResponseOf } from "@/lib/client/index.ts";
import { canonicalJson } from "@/lib/std/index.ts";
import { FIELD_NAMES, fieldText, type PolicyField, typedField } from "./policy-fields.ts";

export type PolicyView = ResponseOf<"GET /api/v1/services/{service}/traffic-policy">;
export type Policy = PolicyView["policy"];
export type Effective = PolicyView["effective"];
export type BalancingKind = Effective["loadBalancing"]["kind"];
export type CheckKind = Effective["healthChecks"]["kind"];
export type HashKind = Effective["loadBalancing"]["hashOn"]["kind"];

export interface PolicyValues {
  /** By field; the dots of a path would nest in a form, so they are spelled as slashes. */
  fields: Record<string, string>;
  balancing: "" | BalancingKind;
  hashKind: "" | HashKind;
  hashName: string;
  zonePreference: "" | "on" | "off";
  checks: "" | CheckKind;
  adaptive: "" | "on" | "off";
  failover: { kind: "zone" | "version"; target: string }[];
  tls: "" | "strict" | "permissive";
  outsideRanges: "" | "follow" | "ignore";
  reason: string;
}

/** The key of a setting among the form's fields. */
export function fieldKey(field: PolicyField): string {
  return field.replaceAll(".", "/");
}

export function valuesOfPolicy(policy: Policy): PolicyValues {
  const { loadBalancing, healthChecks, adaptiveConcurrency, failover = [], ranges, tls } = policy;
  const hashOn = loadBalancing?.hashOn;
  return {
    fields: Object.fromEntries(FIELD_NAMES.map((field) => [fieldKey(field), fieldText(field, valueAt(policy, field))])),
    balancing: loadBalancing?.kind ?? "",
    hashKind: hashOn?.kind ?? "",
    hashName: hashOn !== undefined && hashOn.kind !== "source" ? hashOn.name : "",
    zonePreference: switchText(loadBalancing?.zonePreference),
    checks: healthChecks?.kind ?? "",
    adaptive: switchText(adaptiveConcurrency?.enabled),
    failover: failover.map((step) => ({ kind: step.kind, target: step.kind === "zone" ? step.zone : step.version })),
    tls: tls?.mode ?? "",
    outsideRanges: ranges?.fromOutside ?? "",
    reason: "",
  };
}

export function policyOfValues(values: PolicyValues): Policy {
  const parts: Record<string, unknown> = {};
  const put = (path: string, value: unknown) => {
    if (value === undefined) return;
    const [part = "", leaf] = path.split(".");
    if (leaf === undefined) parts[part] = value;
    else parts[part] = { ...(parts[part] as object | undefined), [leaf]: value };
  };
  put("loadBalancing.kind", given(values.balancing));
  put("loadBalancing.hashOn", hashOnOf(values));
  put("loadBalancing.zonePreference", switchOf(values.zonePreference));
  put("healthChecks.kind", given(values.checks));
  for (const field of FIELD_NAMES) {
    if (isHeard(field, values)) put(field, typedField(field, values.fields[fieldKey(field)] ?? ""));
  }
  put("adaptiveConcurrency.enabled", switchOf(values.adaptive));
  put("failover", values.failover.length === 0 ? undefined : values.failover.map(stepOf));
  put("tls.mode", given(values.tls));
  put("ranges.fromOutside", given(values.outsideRanges));
  return parts as Policy;
}

/** What was changed in `mine` since `base`, on top of `theirs`: setting by setting, so that only what both changed is overwritten. */
export function rebaseValues(base: PolicyValues, mine: PolicyValues, theirs: PolicyValues): PolicyValues {
  const keep = <Value>(before: Value, now: Value, other: Value) => (canonicalJson(before) === canonicalJson(now) ? other : now);
  const merge = <Part extends object>(before: Part, now: Part, other: Part) =>
    Object.fromEntries(
      Object.entries(now).map(([key, value]) => [key, keep(before[key as keyof Part], value, other[key as keyof Part])]),
    ) as Part;
  return { ...merge(base, mine, theirs), fields: merge(base.fields, mine.fields, theirs.fields), reason: mine.reason };
}

/** Settings of a check count only for a check of their kind; what was typed stays in its field meanwhile. */
export function isHeard(field: PolicyField, { checks }: PolicyValues): boolean {
  if (!field.startsWith("healthChecks.")) return true;
  return checks === "http" || (checks === "tcp" && field !== "healthChecks.path");
}

export function valueAt(policy: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], policy);
}

function hashOnOf({ hashKind, hashName }: PolicyValues): Effective["loadBalancing"]["hashOn"] | undefined {
  if (hashKind === "") return undefined;
  return hashKind === "source" ? { kind: hashKind } : { kind: hashKind, name: hashName.trim() };
}

function stepOf({ kind, target }: PolicyValues["failover"][number]): Effective["failover"][number] {
  return kind === "zone" ? { kind, zone: target.trim() } : { kind, version: target.trim() };
}

function given<Text extends string>(text: Text | ""): Text | undefined {
  return text === "" ? undefined : text;
}

function switchText(value: boolean | undefined): "" | "on" | "off" {
  return value === undefined ? "" : value ? "on" : "off";
}

function switchOf(text: "" | "on" | "off"): boolean | undefined {
  return text === "" ? undefined : text === "on";
}
