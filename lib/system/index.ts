/**
 * The real clock and a real source of randomness, for composition roots (`server.ts`, `lib/…/main.ts`, the CLI) and nothing else:
 * everything below them is handed a `Clock` and a `Random`, so that a test can move time and repeat chance.
 */
export { createProcessProbe } from "./process-probe.ts";
export { systemClock } from "./system-clock.ts";
export { createSystemRandom } from "./system-random.ts";
