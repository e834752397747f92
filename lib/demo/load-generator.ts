import http from "node:http";
import type { Clock, Random } from "../std/index.ts";
import { drawJourney } from "./journeys.ts";

/** What the generator is doing; `sent` and `failed` count since its start. */
export interface LoadStatus {
  readonly targetRps: number;
  /** Requests sent per second over the last 5 s. */
  readonly actualRps: number;
  readonly sent: number;
  /** Answers of 5xx, and requests without a complete answer. */
  readonly failed: number;
  readonly running: boolean;
}

/** Requests that may wait for an answer at once; further ones are not sent, so that a stalled mesh does not pile up work here. */
const IN_FLIGHT_MAX = 2_000;
const TICK_MS = 20;
/** The measured rate is over the last 5 s. */
const RATE_WINDOW_MS = 5_000;
/** What is owed after a pause is not sent in one burst. */
const BURST_S = 0.25;
export const TARGET_RPS_MAX = 2_000;

/**
 * Sends user journeys to the storefront through the ingress. Open loop: arrivals do not wait for answers,
 * so a slow mesh gets no less load than a fast one.
 */
export function createLoadGenerator(options: {
  readonly ingressPort: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly targetRps: number;
}) {
  const { clock, random } = options;
  const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });
  const sentAt: { readonly ms: number; readonly sent: number }[] = [{ ms: clock.monotonicMs(), sent: 0 }];
  let targetRps = options.targetRps;
  let owed = 0;
  let sent = 0;
  let failed = 0;
  let inFlight = 0;
  let lastMs = clock.monotonicMs();

  const finish = (succeeded: boolean) => {
    inFlight--;
    if (!succeeded) failed++;
  };

  const send = () => {
    const journey = drawJourney(random);
    const payload = journey.body === undefined ? undefined : JSON.stringify(journey.body);
    const headers: http.OutgoingHttpHeaders = { host: "storefront.mesh" };
    if (journey.signedIn) headers["cookie"] = "session=demo";
    if (payload !== undefined) Object.assign(headers, { "content-type": "application/json", "content-length": Buffer.byteLength(payload) });
    sent++;
    inFlight++;
    const request = http.request({
      agent,
      host: "127.0.0.1",
      port: options.ingressPort,
      method: journey.method,
      path: journey.path,
      headers,
      timeout: 20_000,
    });
    let settled = false;
    const settle = (succeeded: boolean) => {
      if (!settled) finish(succeeded);
      settled = true;
    };
    request.on("timeout", () => request.destroy());
    request.on("error", () => settle(false));
    request.on("response", (response) => {
      response.on("error", () => settle(false));
      response.on("close", () => settle(response.complete && (response.statusCode ?? 500) < 500));
      response.resume();
    });
    request.end(payload);
  };

  const cancel = clock.every(TICK_MS, () => {
    const now = clock.monotonicMs();
    owed = Math.min(owed + ((now - lastMs) / 1000) * targetRps, Math.max(1, targetRps * BURST_S));
    lastMs = now;
    for (; owed >= 1; owed--) if (inFlight < IN_FLIGHT_MAX) send();
    sentAt.push({ ms: now, sent });
    while ((sentAt[1]?.ms ?? now) < now - RATE_WINDOW_MS) sentAt.shift();
  });

  return {
    /** Sets the journeys per second, 0 to `TARGET_RPS_MAX`. */
    setTarget(rps: number) {
      targetRps = rps;
      if (rps === 0) owed = 0;
    },
    status(): LoadStatus {
      const oldest = sentAt[0];
      const windowMs = clock.monotonicMs() - (oldest?.ms ?? 0);
      const actualRps = windowMs > 0 ? ((sent - (oldest?.sent ?? 0)) / windowMs) * 1000 : 0;
      return { targetRps, actualRps, sent, failed, running: targetRps > 0 };
    },
    stop() {
      cancel();
      agent.destroy();
    },
  };
}

export type LoadGenerator = ReturnType<typeof createLoadGenerator>;
