/**
 * What a rule does beside choosing a version, in words: one phrase per thing done, in the order in which it is done to a request.
 * Pure; texts come from the catalogue through `t`.
 */
import type { useTranslations } from "use-intl";
import { durationText } from "@/components/ui/duration.ts";
import type { RouteRule } from "@/lib/client/index.ts";
import type { RouteFilter } from "./filter-values.ts";

export type RouteTexts = ReturnType<typeof useTranslations<"routes">>;

/** Everything that the rule does, one phrase each; empty for a rule that only matches and splits. */
export function ruleSummary(rule: RouteRule, t: RouteTexts): readonly string[] {
  return [
    ...filterSummary(rule.filters, t),
    ...timeoutSummary(rule.timeouts, t),
    ...retrySummary(rule.retry, t),
    ...faultSummary(rule.fault, t),
    ...(rule.stickiness === undefined ? [] : [t(`does.sticky.${rule.stickiness.by}`, { name: rule.stickiness.name })]),
    ...(rule.lane === undefined ? [] : [t("does.lane", { lane: rule.lane })]),
  ];
}

export function filterSummary(filters: RouteRule["filters"], t: RouteTexts): readonly string[] {
  return (filters ?? []).flatMap((filter) => phrasesOf(filter, t));
}

function phrasesOf(filter: RouteFilter, t: RouteTexts): readonly string[] {
  switch (filter.type) {
    case "RequestHeaderModifier":
      return editPhrases(filter.requestHeaderModifier, t);
    case "ResponseHeaderModifier":
      return editPhrases(filter.responseHeaderModifier, t).map((edit) => t("does.answer", { edit }));
    case "URLRewrite": {
      const { hostname, path } = filter.urlRewrite;
      const asHost = hostname === undefined ? [] : [t("does.host", { host: hostname })];
      if (path === undefined) return asHost;
      const isFull = path.type === "ReplaceFullPath";
      return [...asHost, isFull ? t("does.path", { path: path.replaceFullPath }) : t("does.prefix", { path: path.replacePrefixMatch })];
    }
    case "RequestRedirect": {
      const { statusCode = 302 } = filter.requestRedirect;
      return [t("does.redirect", { status: String(statusCode), target: redirectTarget(filter.requestRedirect) || t("does.samePath") })];
    }
    case "RequestMirror": {
      const { backendRef, percent = 100 } = filter.requestMirror;
      const target = backendRef.service === undefined ? backendRef.version : `${backendRef.service} ${backendRef.version}`;
      return [t("does.mirror", { percent: String(percent), target })];
    }
  }
}

type Edits = Extract<RouteFilter, { type: "RequestHeaderModifier" }>["requestHeaderModifier"];

/** In the order in which they are applied. */
function editPhrases({ remove = [], set = [], add = [] }: Edits, t: RouteTexts): readonly string[] {
  return [
    ...remove.map((name) => t("does.removeHeader", { name })),
    ...set.map((header) => t("does.setHeader", header)),
    ...add.map((header) => t("does.addHeader", header)),
  ];
}

type Redirect = Extract<RouteFilter, { type: "RequestRedirect" }>["requestRedirect"];

/** `https://shop.example.com:8443/new`; parts that stay as they were are left out. */
function redirectTarget({ scheme, hostname, port, path }: Redirect): string {
  const origin = `${scheme === undefined ? "" : `${scheme}://`}${hostname ?? ""}${port === undefined ? "" : `:${port}`}`;
  if (path === undefined) return origin;
  return `${origin}${path.type === "ReplaceFullPath" ? path.replaceFullPath : `${path.replacePrefixMatch.replace(/\/$/, "")}/…`}`;
}

export function timeoutSummary(timeouts: RouteRule["timeouts"], t: RouteTexts): readonly string[] {
  const { requestMs, perTryMs, idleMs } = timeouts ?? {};
  return [
    ...(requestMs === undefined ? [] : [t("does.total", { time: time(requestMs) })]),
    ...(perTryMs === undefined ? [] : [t("does.perTry", { time: time(perTryMs) })]),
    ...(idleMs === undefined ? [] : [t("does.idle", { time: time(idleMs) })]),
  ];
}

export function retrySummary(retry: RouteRule["retry"], t: RouteTexts): readonly string[] {
  const { attempts, codes, backoffMs } = retry ?? {};
  return [
    ...(attempts === undefined ? [] : [t("does.attempts", { n: count(attempts) })]),
    ...(codes === undefined ? [] : [codes.length === 0 ? t("does.noCodes") : t("does.codes", { codes: codes.join(", ") })]),
    ...(backoffMs === undefined ? [] : [t("does.backoff", { time: time(backoffMs) })]),
  ];
}

export function faultSummary(fault: RouteRule["fault"], t: RouteTexts): readonly string[] {
  if (fault === undefined) return [];
  const { delayMs, abortStatus } = fault;
  const percent = String(fault.percent ?? "");
  if (delayMs === undefined) return abortStatus === undefined ? [] : [t("does.abort", { percent, status: String(abortStatus) })];
  if (abortStatus === undefined) return [t("does.delay", { percent, time: time(delayMs) })];
  return [t("does.delayAbort", { percent, time: time(delayMs), status: String(abortStatus) })];
}

/** A form holds what was typed, which may be no number yet. */
function time(ms: number): string {
  return typeof ms === "number" ? durationText(ms) : String(ms);
}

function count(value: number): number {
  return typeof value === "number" ? value : Number.NaN;
}
