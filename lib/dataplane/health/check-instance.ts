import http from "node:http";
import net from "node:net";
import type { HealthCheckPolicy, SnapshotEndpoint } from "../../model/index.ts";
import type { CancelTimer, Clock } from "../../std/index.ts";

export type ActiveCheck = Exclude<HealthCheckPolicy, { readonly kind: "off" }>;

/** How a check ended, in a few words for people. */
export interface CheckOutcome {
  readonly isGood: boolean;
  readonly what: string;
}

/**
 * Checks an instance once, on a connection of its own that nothing else uses and that is closed then. `onEnd` is called once, later than this
 * returns, unless the check was cancelled before.
 */
export function checkInstance(
  endpoint: Pick<SnapshotEndpoint, "address" | "port" | "service">,
  check: ActiveCheck,
  clock: Clock,
  onEnd: (outcome: CheckOutcome) => void,
): CancelTimer {
  let isOver = false;
  let close: () => void = () => {};
  const finish = (outcome: CheckOutcome | null): void => {
    if (isOver) return;
    isOver = true;
    cancelTimer();
    close();
    if (outcome !== null) onEnd(outcome);
  };
  const cancelTimer = clock.after(check.timeoutMs, () => finish({ isGood: false, what: `no answer within ${check.timeoutMs} ms` }));
  try {
    close = check.kind === "tcp" ? connect(endpoint, finish) : get(endpoint, check.path, finish);
  } catch (error) {
    // A path that cannot be sent, say.
    clock.after(0, () => finish({ isGood: false, what: error instanceof Error ? error.message : String(error) }));
  }
  return () => finish(null);
}

function connect({ address, port }: Pick<SnapshotEndpoint, "address" | "port">, finish: (outcome: CheckOutcome) => void): () => void {
  const socket = net.connect({ host: address, port });
  socket.on("connect", () => finish({ isGood: true, what: "it accepts connections" }));
  socket.on("error", (error: NodeJS.ErrnoException) => finish({ isGood: false, what: reasonOf(error) }));
  return () => socket.destroy();
}

/** The head of the answer is all that counts; whatever body comes is not read. */
function get(
  { address, port, service }: Pick<SnapshotEndpoint, "address" | "port" | "service">,
  path: string,
  finish: (outcome: CheckOutcome) => void,
): () => void {
  const headers = { host: `${service}.mesh`, "user-agent": "interlock-health-check", connection: "close" };
  const request = http.request({ host: address, port, path, headers, agent: false });
  request.on("response", ({ statusCode = 0 }) =>
    finish({ isGood: statusCode >= 200 && statusCode < 400, what: `GET ${path} answered ${statusCode}` }),
  );
  request.on("error", (error: NodeJS.ErrnoException) => finish({ isGood: false, what: reasonOf(error) }));
  request.end();
  return () => request.destroy();
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === "ECONNREFUSED") return "connection refused";
  if (code === "ECONNRESET") return "connection reset";
  return code ?? message;
}
