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
const COMMA = 0x2c;
const SEMICOLON = 0x3b;
const EQUALS = 0x3d;
const BYTES_MAX = 8_192;
const MEMBERS_MAX = 180;

/** Whether a text can be a lane's name: a DNS label. */
export function isLaneName(text: string): boolean {
  return LABEL.test(text);
}

/** The lane that the baggage names first; null when it names none, or one that no rule can have. Looked at once per request where lanes are. */
export function laneOf(baggage: string | undefined): string | null {
  if (baggage === undefined) return null;
  for (let at = baggage.indexOf(LANE_MEMBER); at >= 0; at = baggage.indexOf(LANE_MEMBER, at + 1)) {
    const equals = skipBlank(baggage, at + LANE_MEMBER.length);
    if (!startsMember(baggage, at) || baggage.charCodeAt(equals) !== EQUALS) continue;
    const end = endOfValue(baggage, equals + 1);
    const lane = decode(baggage.slice(equals + 1, end).trim());
    return isLaneName(lane) ? lane : null;
  }
  return null;
}

function startsMember(baggage: string, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && isBlank(baggage.charCodeAt(before))) before--;
  return before < 0 || baggage.charCodeAt(before) === COMMA;
}

function skipBlank(baggage: string, from: number): number {
  let at = from;
  while (isBlank(baggage.charCodeAt(at))) at++;
  return at;
}

function endOfValue(baggage: string, from: number): number {
  for (let at = from; at < baggage.length; at++) {
    const code = baggage.charCodeAt(at);
    if (code === COMMA || code === SEMICOLON) return at;
  }
  return baggage.length;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
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
    .map(withoutBlanks)
    .filter((member) => member !== "");
}

function isLaneMember(member: string): boolean {
  const equals = member.indexOf("=");
  return equals > 0 && withoutBlanks(member.slice(0, equals)) === LANE_MEMBER;
}

/** By hand: an expression that ends in `[ \t]+$` takes quadratic time on blanks, and the header comes from whoever sends requests. */
function withoutBlanks(text: string): string {
  const start = skipBlank(text, 0);
  let end = text.length;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function decode(value: string): string {
  if (!value.includes("%")) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return "";
  }
}
