/**
 * Fetches a key set over HTTPS from where a policy says, without becoming a way into the network around the engine (SSRF).
 *
 * Refused: anything but https, addresses that are private, loopback, link-local, multicast or otherwise not of the public internet, answers over 1 MiB or
 * later than 5 s, and every redirect. The name is resolved once, and the address that was checked is the one connected to, so a name cannot change its
 * mind in between. `INTERLOCK_JWKS_ALLOW` exempts host:port pairs from the rules on scheme and address, for issuers inside the own network.
 */
import { lookup as resolveName } from "node:dns";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { err, ok, type Result } from "../std/index.ts";

const FETCH_MS = 5_000;
const BYTES_MAX = 1_048_576;

/** The text behind a URI, or a sentence saying why there is none. */
export type FetchJwks = (uri: string) => Promise<Result<string, string>>;

/** A fetcher; `allowed` are `host:port` pairs in lower case that may be anywhere and speak plain HTTP. */
export function createJwksFetcher(
  allowed: readonly string[],
  limits: { readonly fetchMs?: number; readonly bytesMax?: number } = {},
): FetchJwks {
  return async (uri) => {
    const target = readTarget(uri, new Set(allowed));
    return target.ok ? download(target.value, { fetchMs: limits.fetchMs ?? FETCH_MS, bytesMax: limits.bytesMax ?? BYTES_MAX }) : target;
  };
}

/** Why keys will never be fetched from an address, whatever answers there; null where it is worth trying. */
export function whyNoKeys(uri: string, allowed: readonly string[]): string | null {
  const target = readTarget(uri, new Set(allowed));
  return target.ok ? null : target.error;
}

interface Target {
  readonly url: URL;
  readonly isAllowed: boolean;
}

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

/** Whether an address is one that only somebody inside can reach. Text that is no address is. */
export function isPrivateAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 0) return true;
  return version === 4 ? PRIVATE_V4.check(address, "ipv4") : PRIVATE_V6.check(address, "ipv6");
}

function readTarget(uri: string, allowed: ReadonlySet<string>): Result<Target, string> {
  const url = URL.canParse(uri) ? new URL(uri) : null;
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) return err("It is no https URL.");
  if (url.username !== "" || url.password !== "") return err("It has a user name or a password in it.");
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  const isAllowed = allowed.has(`${url.hostname}:${port}`);
  if (url.protocol === "http:" && !isAllowed)
    return err("It is not https; name its host and port in INTERLOCK_JWKS_ALLOW where that is meant.");
  const literal = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(literal) !== 0 && isPrivateAddress(literal) && !isAllowed) return err(blocked(literal));
  return ok({ url, isAllowed });
}

function download(
  { url, isAllowed }: Target,
  limits: { readonly fetchMs: number; readonly bytesMax: number },
): Promise<Result<string, string>> {
  const send = url.protocol === "https:" ? httpsRequest : httpRequest;
  const { promise, resolve } = Promise.withResolvers<Result<string, string>>();
  const signal = AbortSignal.timeout(limits.fetchMs);
  const headers = { accept: "application/jwk-set+json, application/json" };
  const request = send(url, { agent: false, signal, headers, ...(isAllowed ? {} : { lookup: publicLookup }) });
  request.on("error", (error) => resolve(err(signal.aborted ? `It did not answer within ${limits.fetchMs} ms.` : `${error.message}.`)));
  request.on("response", (response) => {
    const finish = (result: Result<string, string>) => {
      resolve(result);
      request.destroy();
    };
    const status = response.statusCode ?? 0;
    if (status >= 300 && status < 400)
      return finish(err(`It redirects (${status}), which is not followed: write the address that it leads to.`));
    if (status !== 200) return finish(err(`It answered ${status}.`));
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > limits.bytesMax) finish(err(`It is larger than ${limits.bytesMax} bytes.`));
    });
    response.on("end", () => finish(ok(Buffer.concat(chunks).toString("utf8"))));
    response.on("error", (error) => finish(err(signal.aborted ? `It did not answer within ${limits.fetchMs} ms.` : `${error.message}.`)));
  });
  request.end();
  return promise;
}

/** Resolves like the system does, and hands on nothing when any of the addresses is private. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  resolveName(hostname, { ...options, all: true }, (error, addresses) => {
    const found = addresses ?? [];
    const inside = found.find(({ address }) => isPrivateAddress(address));
    const problem = error ?? (inside === undefined ? null : new Error(blocked(inside.address).replace(/\.$/, "")));
    const first = found[0];
    if (problem !== null || first === undefined) return callback(problem ?? new Error("it has no address"), "", 4);
    if (options.all === true) return callback(null, [...found]);
    return callback(null, first.address, first.family);
  });
};

function blocked(address: string): string {
  return `Its address ${address} is not of the public internet; name its host and port in INTERLOCK_JWKS_ALLOW where that is meant.`;
}

/** One list per kind: in a common one a v4 address also fits rules for v6, as `::ffff:…`. */
function listOf(kind: "ipv4" | "ipv6", ranges: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [network, bits] of ranges) list.addSubnet(network, bits, kind);
  return list;
}
