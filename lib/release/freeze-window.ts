/**
 * When a freeze holds. A one-off freeze is one span of time; a weekly one is that span again every seven days, from its first on. Times are UTC, so weeks
 * have one length: there is no summer time, and a year's end is a day like any other.
 * Invariants: a span holds its start and not its end; spans of one freeze never overlap (a weekly one is shorter than a week).
 */
import type { Freeze, Problem } from "../model/index.ts";
import { parseTime } from "../std/index.ts";

const WEEK_MS = 7 * 86_400_000;
/** A freeze of a year is a mistake in the year. */
const SPAN_MS_MAX = 366 * 86_400_000;
const NAME_MAX = 100;

type Times = Pick<Freeze, "from" | "until" | "weekly">;

export interface FreezeSpan {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** The span in which the freeze holds at `nowMs`; null where it does not. */
export function freezeSpanAt(freeze: Times, nowMs: number): FreezeSpan | null {
  const span = nextFreezeSpan(freeze, nowMs);
  return span !== null && span.fromMs <= nowMs ? span : null;
}

/** The span that holds at `nowMs`, else the next one to come; null where none will. */
export function nextFreezeSpan(freeze: Times, nowMs: number): FreezeSpan | null {
  const first = { fromMs: Date.parse(freeze.from), untilMs: Date.parse(freeze.until) };
  if (nowMs < first.untilMs) return first;
  if (!freeze.weekly) return null;
  const weeks = Math.floor((nowMs - first.untilMs) / WEEK_MS) + 1;
  return { fromMs: first.fromMs + weeks * WEEK_MS, untilMs: first.untilMs + weeks * WEEK_MS };
}

/** The spans that touch the time from `fromMs` to before `toMs`, in order; at most `max`. */
export function freezeSpans(freeze: Times, fromMs: number, toMs: number, max = 64): readonly FreezeSpan[] {
  const spans: FreezeSpan[] = [];
  for (let span = nextFreezeSpan(freeze, fromMs); span !== null && span.fromMs < toMs && spans.length < max; ) {
    spans.push(span);
    span = nextFreezeSpan(freeze, span.untilMs);
  }
  return spans;
}

/** The freeze that holds a service at `nowMs` and ends last of those that do; null where none holds it. */
export function freezeOf(
  freezes: Iterable<Freeze>,
  service: string,
  nowMs: number,
): { readonly freeze: Freeze; readonly span: FreezeSpan } | null {
  let held: { readonly freeze: Freeze; readonly span: FreezeSpan } | null = null;
  for (const freeze of freezes) {
    if (freeze.services.length > 0 && !freeze.services.some((name) => name === service)) continue;
    const span = freezeSpanAt(freeze, nowMs);
    if (span !== null && (held === null || span.untilMs > held.span.untilMs)) held = { freeze, span };
  }
  return held;
}

/** Line breaks and escapes: names are shown in terminals. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029]/u;

/** What is wrong with a freeze as it was typed; every problem with its path. */
export function freezeProblems({ from, name, until, weekly }: Times & Pick<Freeze, "name">): readonly Problem[] {
  const problems: Problem[] = [];
  const invalid = (path: string, detail: string, fix: string) => problems.push({ path, code: "freeze.invalid", detail, fix });
  if (name.trim() === "") invalid("name", "A freeze needs a name.", "Say what it is for, such as Black Friday: refusals name it.");
  if (name.length > NAME_MAX) invalid("name", `The name has ${name.length} characters.`, `Use at most ${NAME_MAX}.`);
  if (UNPRINTABLE.test(name)) invalid("name", "The name has line breaks or control characters.", "Write it on one line.");
  const [fromMs, untilMs] = [parseTime(from), parseTime(until)];
  const fix = "Give a time such as 2026-11-27T18:00:00Z.";
  if (fromMs === null) invalid("from", `"${from}" is not a time.`, fix);
  if (untilMs === null) invalid("until", `"${until}" is not a time.`, fix);
  if (fromMs === null || untilMs === null) return problems;
  const lengthMs = untilMs - fromMs;
  if (lengthMs <= 0) invalid("until", `It ends at ${until}, which is not after its start.`, "Give an end after the start.");
  else if (weekly && lengthMs >= WEEK_MS)
    invalid("until", "A weekly freeze of a week or longer would never end.", "Make it shorter than seven days.");
  else if (lengthMs > SPAN_MS_MAX) invalid("until", "It would last longer than a year.", "Check the years, or make it shorter.");
  return problems;
}
