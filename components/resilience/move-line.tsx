"use client";

import { useTranslations } from "use-intl";
import { FIELD_NAMES, fieldText, type PolicyField } from "./policy-fields.ts";
import type { PolicyMove } from "./policy-moves.ts";
import type { BalancingKind, CheckKind } from "./policy-values.ts";

/** One change in words: what was, and what would be. */
export function MoveLine({ move }: { readonly move: PolicyMove }) {
  const t = useTranslations("resilience");
  const setting = useSettingName()(move.path);
  const choice = useChoiceName();
  const textOf = (value: unknown) => choice(move.path, value) ?? (valueText(move.path, value) || t("none"));
  return <span className="text-sm text-ink-2">{t("bar.move", { setting, before: textOf(move.before), after: textOf(move.after) })}</span>;
}

/** `Timeouts, Request` for a path. */
function useSettingName(): (path: string) => string {
  const t = useTranslations("resilience");
  const groups: Readonly<Record<string, string>> = {
    loadBalancing: t("balancing.title"),
    healthChecks: t("checks.title"),
    outlierDetection: t("outlier.title"),
    circuitBreakers: t("breakers.title"),
    adaptiveConcurrency: t("concurrency.title"),
    retries: t("retries.title"),
    timeouts: t("timeouts.title"),
    failover: t("failover.title"),
    tls: t("tls.title"),
    ranges: t("ranges.title"),
  };
  return (path) => {
    const [part = "", leaf] = path.split(".");
    const label = isField(path) ? t(`fields.${path}.label`) : null;
    const group = groups[part];
    if (group === undefined) return label ?? path;
    if (leaf === "hashOn") return t("balancing.hashOn");
    if (leaf === "zonePreference") return t("balancing.zone");
    return label === null ? group : `${group}, ${label}`;
  };
}

/** What a choice is called where it is made; null for what is typed. */
function useChoiceName(): (path: string, value: unknown) => string | null {
  const t = useTranslations("resilience");
  return (path, value) => {
    if (path === "loadBalancing.kind") return t(`balancing.kinds.${value as BalancingKind}`);
    if (path === "healthChecks.kind") return t(`checks.kinds.${value as CheckKind}`);
    if (path === "tls.mode") return t(`tls.modes.${value as "strict" | "permissive"}`);
    if (path === "ranges.fromOutside") return t(`ranges.modes.${value as "follow" | "ignore"}`);
    return typeof value === "boolean" ? t(value ? "concurrency.on" : "off") : null;
  };
}

function valueText(path: string, value: unknown): string {
  if (value === undefined || value === null) return "";
  if (isField(path)) return fieldText(path, value);
  if (Array.isArray(value)) return value.map((step) => stepText(step)).join(" → ");
  return typeof value === "object" ? Object.values(value).join(" ") : String(value);
}

function stepText(step: unknown): string {
  return typeof step === "object" && step !== null ? Object.values(step).join(" ") : String(step);
}

function isField(path: string): path is PolicyField {
  return (FIELD_NAMES as readonly string[]).includes(path);
}
