/**
 * The embedded data plane: one proxy process per node. Connections of callers in, requests to the instances of the chosen version out.
 * Inputs: snapshots and deltas from the engine (or the last good one from disk). Outputs: traffic, and batches of counts.
 *
 * Health of instances, limits and what the engine is told of both: `HealthBoard` over the state machines of `lib/routing/health`.
 *
 * Path of a request: `Listener` → `CallerConnection` (head, strictly parsed by `http1/`) → `Exchange` → `planRequest` (lib/routing) →
 * `Attempts` (`UpstreamPool`, `RetryPolicy`) → `UpstreamConnection` → back. Over mTLS it passes a second proxy: `InboundListener` → `CallerConnection` →
 * `Exchange` → `planInbound` → the local instance; that one decides who may call, the first one decides everything else and counts the edge.
 *
 * Invariants:
 * - it serves without the engine; a bad snapshot is refused whole and the old one stays;
 * - a message whose end could be read in two ways goes nowhere; framing is written anew, never copied;
 * - half an answer never looks like a whole one; a request that may have been carried out is not sent again unless it is idempotent;
 * - every request that ended is counted once, in one batch; everything that waits is bounded; every wait has a deadline;
 * - nothing is sent over mTLS before the peer has proven to be exactly whom was asked for, on resumed sessions too; strict services are never called in plain text;
 * - a flaw of ours fails one request. Plain listeners bind to the loopback interface only, and it is no open proxy.
 *
 * It decides no weights, and speaks no HTTP/2.
 */
export { parseAccessLogMode } from "./access-log.ts";
export { type ProxyProcess, type ProxyProcessOptions, startProxyProcess } from "./proxy-process.ts";
