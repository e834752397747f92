/**
 * `x-interlock-range: payments=^2.1, checkout=~1.4`: for a service, the range of its versions that a request may be sent to.
 * In: the header's value, several joined by ", ". Out: ranges by service, or why the value is not valid.
 * Bounded in length and members, as it comes from whoever sends requests; a service is named once, as two ranges could contradict each other.
 */
import { isInRange, parseServiceName, parseVersionRange, type VersionRange } from "../model/index.ts";
import { err, ok, type Result } from "../std/index.ts";
import { LruMap } from "./lru-map.ts";

export const RANGE_HEADER = "x-interlock-range";
const LENGTH_MAX = 1_024;
const MEMBERS_MAX = 16;
const CACHED_MAX = 256;

/** Ranges by service. */
export type AskedRanges = ReadonlyMap<string, VersionRange>;

/** Reads the value of the header; the error is one sentence. */
export function parseRangeHeader(value: string): Result<AskedRanges, string> {
  if (value.length > LENGTH_MAX) return err(`${RANGE_HEADER} is longer than ${LENGTH_MAX} bytes.`);
  const members = value.split(",");
  if (members.length > MEMBERS_MAX) return err(`${RANGE_HEADER} names more than ${MEMBERS_MAX} services.`);
  const ranges = new Map<string, VersionRange>();
  for (const member of members) {
    const equals = member.indexOf("=");
    if (equals < 0) return err(`${RANGE_HEADER}: "${member.trim()}" is not service=range.`);
    const service = parseServiceName(member.slice(0, equals).trim());
    if (!service.ok) return err(`${RANGE_HEADER}: ${service.error.detail}`);
    const range = parseVersionRange(member.slice(equals + 1).trim());
    if (!range.ok) return err(`${RANGE_HEADER}: ${range.error.detail}`);
    if (ranges.has(service.value)) return err(`${RANGE_HEADER} names ${service.value} twice.`);
    ranges.set(service.value, range.value);
  }
  return ok(ranges);
}

/** Reads values again and again: keeps what the last few hundred different ones mean. */
export class RangeHeaderReader {
  readonly #known = new LruMap<string, Result<AskedRanges, string>>(CACHED_MAX);

  read(value: string): Result<AskedRanges, string> {
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    const parsed = parseRangeHeader(value);
    // A value too long to be valid is not worth keeping.
    if (value.length <= LENGTH_MAX) this.#known.set(value, parsed);
    return parsed;
  }
}

/** As `isInRange`, and whatever is not a version is in no range. */
export function isVersionInRange(version: string | null, range: VersionRange): boolean {
  return version !== null && isInRange(version, range);
}
