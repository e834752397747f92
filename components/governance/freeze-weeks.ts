import { freezeSpans } from "@/lib/release/index.ts";

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** The first Monday of the epoch: weeks begin on Mondays, in UTC. */
const MONDAY_MS = 4 * DAY_MS;

/** What a freeze covers of one week: start and length as shares of the week. */
export interface WeekPart {
  readonly id: string;
  readonly name: string;
  readonly start: number;
  readonly length: number;
  /** Parts that overlap stand in lanes of their own; 0 is the first. */
  readonly lane: number;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly holds: boolean;
}

export interface FreezeWeek {
  readonly startMs: number;
  readonly parts: readonly WeekPart[];
  readonly lanes: number;
  /** Where now is, as a share of the week; null in another week. */
  readonly now: number | null;
}

interface Times {
  readonly id: string;
  readonly name: string;
  readonly from: string;
  readonly until: string;
  readonly weekly: boolean;
}

/** This week and the ones after it, with what freezes cover of each; a span over a week's end is in both weeks. */
export function freezeWeeks(freezes: readonly Times[], nowMs: number, count: number): readonly FreezeWeek[] {
  const first = Math.floor((nowMs - MONDAY_MS) / WEEK_MS) * WEEK_MS + MONDAY_MS;
  return Array.from({ length: count }, (_, index) => {
    const startMs = first + index * WEEK_MS;
    const endMs = startMs + WEEK_MS;
    const spans = freezes.flatMap((freeze) =>
      freezeSpans(freeze, startMs, endMs).map(({ fromMs, untilMs }) => {
        const [from, until] = [Math.max(fromMs, startMs), Math.min(untilMs, endMs)];
        const { id, name } = freeze;
        const holds = fromMs <= nowMs && nowMs < untilMs;
        return { id, name, start: (from - startMs) / WEEK_MS, length: (until - from) / WEEK_MS, fromMs, untilMs, holds };
      }),
    );
    const parts = inLanes(spans.sort((left, right) => left.start - right.start));
    const lanes = Math.max(1, ...parts.map(({ lane }) => lane + 1));
    const isNow = nowMs >= startMs && nowMs < endMs;
    return { startMs, parts, lanes, now: isNow ? (nowMs - startMs) / WEEK_MS : null };
  });
}

/** Each part in the first lane that is free where it starts. Parts come in the order of their starts. */
function inLanes(parts: readonly Omit<WeekPart, "lane">[]): readonly WeekPart[] {
  const ends: number[] = [];
  return parts.map((part) => {
    const free = ends.findIndex((end) => end <= part.start);
    const lane = free === -1 ? ends.length : free;
    ends[lane] = part.start + part.length;
    return { ...part, lane };
  });
}

/** The first free id out of a name: "Black Friday" → "black-friday", and "black-friday-2" where that is taken. */
export function freezeId(name: string, taken: readonly string[] = []): string {
  const id = plainId(name);
  let free = id;
  for (let count = 2; taken.includes(free); count++) free = `${id}-${count}`;
  return free;
}

/** Names of other scripts have nothing that an id may have. */
function plainId(name: string): string {
  const id = name
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60)
    .replace(/-+$/, "");
  return id === "" ? "freeze" : id;
}

/** A time as a field for UTC takes it: 2026-11-27T18:00. */
export function fieldOfTime(iso: string): string {
  return iso.slice(0, 16);
}

/** What such a field means: the known time where it was not touched, with the seconds that a field does not show; what is no time stays as it was typed, for the engine to say so. */
export function timeOfField(text: string, known?: string): string {
  if (known !== undefined && fieldOfTime(known) === text) return known;
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text) ? `${text}:00Z` : text;
}

/** A time for people, in UTC: 2026-11-27 18:00. */
export function utcText(time: string | number): string {
  return new Date(time).toISOString().slice(0, 16).replace("T", " ");
}
