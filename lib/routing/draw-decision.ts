import type { EdgeEnd, RouteFault, Version } from "../model/index.ts";
import { type Random, randomBelow } from "../std/index.ts";
import { blockedFor, type CompiledService, type RouteTarget, type SplitView } from "./compiled-service.ts";
import type { RequestHead } from "./matcher.ts";
import { longestPrefix, type RuleChoice, sentPath } from "./resolve-route.ts";
import { redirectLocation } from "./rewrite-path.ts";
import type { MirrorTarget, RouteAnswer, RouteDecision } from "./route-decision.ts";
import { drawStickyKey, stickyCookie, stickyKey } from "./sticky-key.ts";
import { stickyPosition } from "./sticky-version.ts";

/** The answer of a rule that redirects; null for any other. */
export function redirectAnswer(service: CompiledService, { entry, path }: RuleChoice, request: RequestHead): RouteAnswer | null {
  const { plan, redirect, rule } = entry.target;
  if (redirect === null || rule === null) return null;
  const prefix = entry.prefix ?? longestPrefix(rule.matches, path);
  const location = redirectLocation(redirect, { scheme: "http", host: request.host, path, query: request.query, prefix });
  return { kind: "answer", service: service.source.name, rule, status: redirect.statusCode ?? 302, code: null, location, delayMs: 0, plan };
}

/** Whether the rule's fault befalls this request: one draw, to the hundredth of a percent. */
export function drawFault(fault: RouteFault | null, random: Random): RouteFault | null {
  return fault !== null && isDrawn(Math.round(fault.percent * 100), random) ? fault : null;
}

/** The answer of a fault that aborts; null where it only delays. */
export function abortAnswer(service: CompiledService, { plan, rule }: RouteTarget, fault: RouteFault): RouteAnswer | null {
  if (fault.abortStatus === undefined || rule === null) return null;
  const { abortStatus: status, delayMs = 0 } = fault;
  return { kind: "answer", service: service.source.name, rule, status, code: "routing.fault-injected", location: null, delayMs, plan };
}

export interface DrawInput {
  readonly service: CompiledService;
  readonly choice: RuleChoice;
  /** Not empty. */
  readonly view: SplitView;
  readonly request: RequestHead;
  readonly caller: EdgeEnd;
  /** What befell the request. */
  readonly fault: RouteFault | null;
  readonly random: Random;
  /** Of the whole table: mirrors lead to any service. */
  readonly mirrorTo: (service: string, version: string, caller: EdgeEnd) => MirrorTarget | null;
}

/** The version and what else is done to this one request. */
export function drawDecision(input: DrawInput): RouteDecision {
  const { choice, fault, random, request, view } = input;
  const { target } = choice.entry;
  const cookie = target.stickiness === null ? null : newCookie(input);
  const key = target.stickiness === null ? undefined : (cookie?.key ?? stickyKey(request, target.stickiness));
  const position = key === undefined ? view.picker.pick(random) : stickyPosition(key, view.picker);
  const decision = view.decisions[position] ?? view.decisions[0];
  if (decision === undefined) throw new RangeError("a decision was drawn from an empty split");
  const path = sentPath(target, choice);
  const delayMs = fault?.delayMs ?? 0;
  const lane = target.lane === choice.lane ? null : target.lane;
  const setCookie = cookie?.text ?? null;
  const mirrors = target.mirrors.length === 0 ? NO_MIRRORS : drawMirrors(input);
  if (path === null && delayMs === 0 && lane === null && setCookie === null && mirrors.length === 0) return decision;
  return { ...decision, effects: { path, delayMs, lane, setCookie, mirrors } };
}

const NO_MIRRORS: readonly MirrorTarget[] = [];

function drawMirrors({ caller, choice, mirrorTo, random, service }: DrawInput): readonly MirrorTarget[] {
  const drawn = choice.entry.target.mirrors.filter(({ shareBp }) => isDrawn(shareBp, random));
  return drawn.flatMap(({ service: named, version }) => mirrorTo(named ?? service.source.name, version, caller) ?? []);
}

/** A cookie for a browser that has none. Inside the mesh nobody keeps cookies, so none are given. */
function newCookie({ caller, choice, random, request }: DrawInput): { readonly key: string; readonly text: string } | null {
  const { stickiness } = choice.entry.target;
  if (stickiness?.by !== "cookie" || caller.service !== "ingress" || stickyKey(request, stickiness) !== undefined) return null;
  const key = drawStickyKey(random);
  return { key, text: stickyCookie(stickiness.name, key) };
}

function isDrawn(shareBp: number, random: Random): boolean {
  return shareBp >= 10_000 || (shareBp > 0 && randomBelow(random, 10_000) < shareBp);
}

/** A copy to a version; null where the caller must not meet it, and where the service does not exist. */
export function mirrorTarget(service: CompiledService | undefined, version: string, caller: EdgeEnd): MirrorTarget | null {
  if (service === undefined || blockedFor(service, caller)?.versions.has(version) === true) return null;
  return { service: service.source.name, version: version as Version, endpoints: service.endpoints.get(version) ?? [] };
}
