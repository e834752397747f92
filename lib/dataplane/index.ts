/**
 * The embedded data plane: one proxy process per node. Connections of callers in, requests to the instances of the chosen version out.
 * Inputs: snapshots and deltas from the engine (or the last good one from disk). Outputs: traffic, and batches of counts.
 *
 * Health of instances, limits and what the engine is told of both: `HealthBoard` over the state machines of `lib/routing/health`.
 *
 * Path of a request: `Listener` → `CallerConnection` (head, strictly parsed by `http1/`) → `Exchange` → `planRequest` (lib/routing) →
 * `Attempts` (`UpstreamPool`, `RetryPolicy`) → `UpstreamConnection` → back.
 *
 * Invariants:
 * - it serves without the engine; a bad snapshot is refused whole and the old one stays;
 * - a message whose end could be read in two ways goes nowhere; framing is written anew, never copied;
 * - half an answer never looks like a whole one; a request that may have been carried out is not sent again unless it is idempotent;
 * - every request that ended is counted once, in one batch; everything that waits is bounded; every wait has a deadline;
 * - a flaw of ours fails one request. It binds to the loopback interface only, and is no open proxy.
 *
 * It decides no weights, opens no TLS and speaks no HTTP/2.
 */
export { parseAccessLogMode } from "./access-log.ts";
export { type ProxyProcess, type ProxyProcessOptions, startProxyProcess } from "./proxy-process.ts";
