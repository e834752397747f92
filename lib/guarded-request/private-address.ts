import { BlockList, isIP } from "node:net";

const PRIVATE_V4 = listOf("ipv4", [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
]);

/** Everything but global unicast (2000::/3); of that, tunnels into other networks and examples. */
const PRIVATE_V6 = listOf("ipv6", [
  ["::", 3],
  ["4000::", 2],
  ["8000::", 1],
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
]);

/** Names that never lead out of the own network (RFC 6761, RFC 6762, RFC 8375, ICANN's `internal`), whatever a resolver says of them. */
const INNER_NAMES = /(^|\.)(localhost|local|internal|home\.arpa)\.?$/;

/** Whether an address is one that only somebody inside can reach. Text that is no address is. */
export function isPrivateAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 0) return true;
  return version === 4 ? PRIVATE_V4.check(address, "ipv4") : PRIVATE_V6.check(address, "ipv6");
}

/** Whether a name, in lower case, is one that means something only inside. */
export function isInnerName(name: string): boolean {
  return INNER_NAMES.test(name);
}

/** One list per kind: in a common one a v4 address also fits rules for v6, as `::ffff:…`. */
function listOf(kind: "ipv4" | "ipv6", ranges: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [network, bits] of ranges) list.addSubnet(network, bits, kind);
  return list;
}
