/**
 * The head that an instance gets: the caller's lines, those that the proxy adds, and what the rule makes of both.
 *
 * From outside, whatever only the mesh may say is taken off or overwritten: `x-interlock-*`, `forwarded`, `x-forwarded-*` (cut by the parser), the lane
 * in `baggage`, and `x-interlock-range` unless the service that is asked follows it. Where rules or authorization look at paths, the normal form that they looked at is what is sent.
 */
import { BAGGAGE, type RouteDecision, routedPath, withLane } from "../routing/index.ts";
import type { Random } from "../std/index.ts";
import type { CallerSide } from "./caller-side.ts";
import { cutAlso } from "./http1/header-walk.ts";
import type { RequestHead } from "./http1/request-head.ts";
import { writeRequestHead } from "./http1/write-head.ts";
import { withoutNames } from "./own-answer.ts";
import type { Destination } from "./request-plan.ts";
import { newTraceparent } from "./traceparent.ts";

/** Who called, as proven: what callers say under this name is cut by the parser. */
const CALLER = "x-interlock-caller";
const LANE = "interlock-lane";
const RANGE: ReadonlySet<string> = new Set(["x-interlock-range"]);

/** The complete head as latin1 text. To be called once per request: what is cut stays cut. */
export function writeOutgoingHead(
  head: RequestHead,
  plan: Destination,
  caller: Pick<CallerSide, "forwardedLines" | "listener">,
  random: Random,
): string {
  const isOutside = caller.listener.scope === "ingress";
  // What a plain caller says to an instance's own listener has no service that could follow it.
  const isRangeIgnored = isOutside && head.facts.range !== null && (plan.kind !== "route" || plan.plan.ignoresOutsideRanges);
  if (isRangeIgnored) cutAlso(head.facts, RANGE, head.text, head.headersStart);
  const lines = ownLines(head, caller.forwardedLines, random);
  if (plan.kind === "egress") return writeRequestHead(head, lines);
  if (plan.kind === "inbound") {
    const extra = plan.callerName === "" ? lines : `${lines}${CALLER}: ${plan.callerName}\r\n`;
    return plan.path === null ? writeRequestHead(head, extra) : writeRequestHead(head, extra, { path: plan.path, host: null });
  }
  const isLaneForged = isOutside && head.facts.baggage?.includes(LANE) === true;
  const { hostname, looksAtPath, requestHeaders } = plan.plan;
  if (requestHeaders === null && hostname === null && plan.effects === null && !looksAtPath && !isLaneForged)
    return writeRequestHead(head, lines);
  return writeEdited(head, plan, lines, isLaneForged);
}

/** Lines that the proxy adds to every request. */
function ownLines({ facts, host }: RequestHead, forwardedLines: string, random: Random): string {
  const forwarded = forwardedLines === "" || host === "" ? forwardedLines : `${forwardedLines}x-forwarded-host: ${host}\r\n`;
  return facts.traceparentCount > 0 ? forwarded : `${forwarded}traceparent: ${newTraceparent(random)}\r\n`;
}

function writeEdited(head: RequestHead, { effects, plan }: RouteDecision, lines: string, isLaneForged: boolean): string {
  const { hostname, looksAtPath, requestHeaders } = plan;
  const lane = effects?.lane ?? null;
  const cut = new Set<string>(requestHeaders?.dropped);
  let extra = requestHeaders === null ? lines : withoutNames(lines, requestHeaders.dropped) + requestHeaders.text;
  if (lane !== null || isLaneForged) {
    const baggage = withLane(head.header(BAGGAGE), lane);
    if (baggage !== "") extra += `${BAGGAGE}: ${baggage}\r\n`;
    cut.add(BAGGAGE);
  }
  if (hostname !== null) cut.add("host");
  const path = effects?.path ?? (looksAtPath ? routedPath(head.path) : null);
  if (cut.size > 0) cutAlso(head.facts, cut, head.text, head.headersStart);
  return writeRequestHead(head, extra, { path, host: hostname });
}
