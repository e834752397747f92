/**
 * Every refusal and every answer of our own has one stable dotted code. This is the one table: code → HTTP status, short title.
 * `docs/failure-modes.md` has a paragraph for operators per code; a test walks both.
 */
export const ERROR_CODES = {
  // Input
  "input.malformed": { status: 400, title: "Body is not readable" },
  "input.media-type": { status: 415, title: "Content type is not accepted" },
  "input.too-large": { status: 413, title: "Body is too large" },
  "input.invalid": { status: 422, title: "Input is not valid" },
  "input.unknown-field": { status: 422, title: "Unknown field" },
  "name.invalid": { status: 422, title: "Name is not valid" },
  "name.reserved": { status: 422, title: "Name is reserved" },
  "version.invalid": { status: 422, title: "Version is not valid" },
  "version.build-metadata": { status: 422, title: "Version has build metadata" },
  "range.invalid": { status: 422, title: "Range is not valid" },
  "host.invalid": { status: 422, title: "Host is not valid" },
  "host.taken": { status: 409, title: "Host belongs to another service" },
  // Access
  "host.unknown": { status: 421, title: "Unknown Host" },
  "request.cross-site": { status: 403, title: "Cross-site write" },
  // Preconditions
  "precondition.required": { status: 428, title: "If-Match is required" },
  "precondition.failed": { status: 412, title: "Somebody else changed it first" },
  "idempotency.mismatch": { status: 422, title: "Idempotency-Key was used for another request" },
  "idempotency.in-progress": { status: 409, title: "The first request with this Idempotency-Key is still running" },
  // Registry
  "service.unknown": { status: 404, title: "Unknown service" },
  "service.exists": { status: 409, title: "Service exists" },
  "service.in-use": { status: 409, title: "Service is in use" },
  "version.unknown": { status: 404, title: "Unknown version" },
  "version.exists": { status: 409, title: "Version exists" },
  "version.live": { status: 409, title: "Version is live" },
  "version.has-instances": { status: 409, title: "Version has instances" },
  "requirement.self": { status: 422, title: "Requirement on itself" },
  "instance.unknown": { status: 404, title: "Unknown instance" },
  "instance.exists": { status: 409, title: "Instance exists" },
  "instance.static": { status: 409, title: "Static instances take no heartbeats" },
  "registry.full": { status: 503, title: "Registry is full" },
  // Split and routes
  "split.sum": { status: 422, title: "Weights do not sum to 10 000" },
  "split.weight": { status: 422, title: "Weight is not valid" },
  "split.unknown-version": { status: 422, title: "Weight on an unknown version" },
  "split.no-ready-instance": { status: 409, title: "No ready instance" },
  "routes.invalid-match": { status: 422, title: "Match is not valid" },
  "routes.invalid-filter": { status: 422, title: "Filter is not valid" },
  "routes.invalid-rule": { status: 422, title: "Rule is not valid" },
  "policy.invalid": { status: 422, title: "Traffic policy is not valid" },
  "authorization.invalid": { status: 422, title: "Authorization policy is not valid" },
  "identity.rotation-order": { status: 409, title: "Not the next step of the root change" },
  "identity.not-settled": { status: 409, title: "Proxies have not taken the last step yet" },
  "routes.duplicate-match": { status: 409, title: "Two rules match the same" },
  "override.invalid": { status: 422, title: "Override is not valid" },
  "compatibility.refused": { status: 409, title: "Not safe" },
  // Changes
  "change.unknown": { status: 404, title: "Unknown change" },
  "change.not-undoable": { status: 409, title: "Cannot be undone" },
  "change.conflict": { status: 409, title: "A later change stands in the way" },
  "rollback.nothing": { status: 409, title: "Nothing to roll back" },
  "changes.empty": { status: 422, title: "Change set is empty" },
  // Service itself
  "route.unknown": { status: 404, title: "No such path" },
  "method.not-allowed": { status: 405, title: "Method not allowed" },
  "engine.not-ready": { status: 503, title: "Engine is not ready" },
  "engine.unreachable": { status: 503, title: "Engine is unreachable" },
  "engine.read-only": { status: 503, title: "Store failed, engine is read-only" },
  "engine.internal": { status: 500, title: "Internal error" },
  "stream.too-many": { status: 503, title: "Too many live streams" },
  // Answers of the proxy itself (x-interlock-code)
  "request.malformed": { status: 400, title: "Request is not valid HTTP/1.1" },
  "request.ambiguous-framing": { status: 400, title: "Request framing is ambiguous" },
  "request.head-too-large": { status: 431, title: "Request head is too large" },
  "request.body-too-large": { status: 413, title: "Request body is too large" },
  "request.timeout": { status: 408, title: "Request did not arrive in time" },
  "request.expectation": { status: 417, title: "Expectation is not supported" },
  "request.not-supported": { status: 501, title: "Not supported by the proxy" },
  "routing.unknown-host": { status: 404, title: "No service has this host" },
  "routing.egress-denied": { status: 403, title: "Destination is not allowed" },
  "routing.no-split": { status: 503, title: "Service has no split" },
  "routing.no-compatible-version": { status: 503, title: "No version works with the caller" },
  "routing.range-unsatisfied": { status: 503, title: "No version is in the range asked for" },
  "routing.fault-injected": { status: 503, title: "Fault made on purpose" },
  "authorization.denied": { status: 403, title: "Caller is not allowed" },
  "authorization.token-invalid": { status: 401, title: "Token is not valid" },
  "identity.plaintext-refused": { status: 403, title: "Plain text is refused" },
  "identity.peer-mismatch": { status: 503, title: "Instance did not prove its identity" },
  "overload.connections": { status: 503, title: "Circuit breaker: connections" },
  "overload.pending": { status: 503, title: "Circuit breaker: pending requests" },
  "overload.requests": { status: 503, title: "Circuit breaker: requests" },
  "overload.concurrency": { status: 503, title: "Concurrency limit" },
  "routing.no-healthy-instance": { status: 503, title: "No instance is ready" },
  "proxy.no-snapshot": { status: 503, title: "Proxy has no configuration yet" },
  "proxy.overloaded": { status: 503, title: "Proxy is at its limit" },
  "proxy.internal": { status: 500, title: "Internal error of the proxy" },
  "upstream.connect-failure": { status: 503, title: "No instance accepts connections" },
  "upstream.reset": { status: 502, title: "Instance closed the connection" },
  "upstream.protocol-error": { status: 502, title: "Instance did not answer valid HTTP/1.1" },
  "upstream.try-timeout": { status: 504, title: "Every try took too long" },
  "upstream.timeout": { status: 504, title: "Instance did not answer in time" },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>;

/** A stable dotted code; see `docs/failure-modes.md`. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** The HTTP status that goes with a code. */
export function statusOf(code: ErrorCode): number {
  return ERROR_CODES[code].status;
}
