/**
 * Requests to addresses that somebody typed, without becoming a way into the network around the engine (SSRF; OWASP's cheat sheet on it).
 *
 * Invariants: only https, and only addresses of the public internet (not private, loopback, link-local, multicast, mapped, tunnelled), unless `host:port` was
 * allowed by a setting, which exempts from both; a name is resolved once, all its addresses are checked, and the connection goes to one that was checked,
 * so a name cannot change its mind in between; redirects are never followed; answers are bounded in bytes and time. Hosts are read by the URL parser,
 * so that decimal, octal and hexadecimal spellings are the address that they mean.
 * It knows nothing of what is sent: key sets of token issuers and notifications both go through here.
 */
export { type CheckedHost, Guard, type GuardOptions, type Resolve } from "./guard.ts";
export { type GuardedAnswer, type GuardedRequest, sendGuarded } from "./send.ts";
