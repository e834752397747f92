/**
 * The lane of a request, as a member of its `baggage` header (W3C Baggage, https://www.w3.org/TR/baggage/): `interlock-lane=<name>`.
 * In: the header's value, several joined by ", ". Out: the lane, or the value with another lane.
 *
 * Invariants: every other member is passed on as it came, byte by byte but for white space around it, in its order; members nobody can read are
 * passed on too. Where the limits of the standard (8 192 bytes, 180 members) would be passed, members at the end are left out whole.
 */

export const BAGGAGE = "baggage";
const LANE_MEMBER = "interlock-lane";
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const BYTES_MAX = 8_192;
const MEMBERS_MAX = 180;

/** Whether a text can be a lane's name: a DNS label. */
export function isLaneName(text: string): boolean {
  return LABEL.test(text);
}

/** The lane that the baggage names first; null when it names none, or one that no rule can have. */
export function laneOf(baggage: string | undefined): string | null {
  if (baggage === undefined || !baggage.includes(LANE_MEMBER)) return null;
  const member = membersOf(baggage).find(isLaneMember);
  if (member === undefined) return null;
  const value = member.slice(member.indexOf("=") + 1).split(";", 1)[0] ?? "";
  const lane = decode(value.trim());
  return isLaneName(lane) ? lane : null;
}

/** The baggage with this lane and no other; with null, with none. "" means that nothing is left: leave the header out. */
export function withLane(baggage: string | undefined, lane: string | null): string {
  const others = membersOf(baggage ?? "").filter((member) => !isLaneMember(member));
  // Ours comes first: whoever cuts at the limits cuts at the end.
  const members = lane === null ? others : [`${LANE_MEMBER}=${lane}`, ...others];
  let text = "";
  for (const member of members.slice(0, MEMBERS_MAX)) {
    const next = text === "" ? member : `${text},${member}`;
    if (next.length > BYTES_MAX) break;
    text = next;
  }
  return text;
}

function membersOf(baggage: string): readonly string[] {
  return baggage
    .split(",")
    .map((member) => member.replace(/^[ \t]+|[ \t]+$/g, ""))
    .filter((member) => member !== "");
}

function isLaneMember(member: string): boolean {
  const equals = member.indexOf("=");
  return equals > 0 && member.slice(0, equals).trim() === LANE_MEMBER;
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return "";
  }
}
