import { monitorEventLoopDelay } from "node:perf_hooks";

const RESOLUTION_MS = 20;
const NANOSECONDS = 1e9;

/** What a process knows of itself; see `ProcessFigures` of lib/telemetry. */
export interface ProcessReading {
  readonly eventLoopLag: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  readonly heapBytes: number;
  readonly startedAtSeconds: number;
  readonly nodeVersion: string;
}

/** Starts watching the event loop of this process; each look tells its lag since the look before. */
export function createProcessProbe(): () => ProcessReading {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  const startedAtSeconds = Date.now() / 1_000 - process.uptime();
  return () => {
    // The monitor measures its own period along with the lag.
    const lag = (ns: number) => (Number.isFinite(ns) ? Math.max(0, ns / NANOSECONDS - RESOLUTION_MS / 1_000) : 0);
    const eventLoopLag = { p50: lag(delays.percentile(50)), p99: lag(delays.percentile(99)), max: lag(delays.max) };
    delays.reset();
    const { system, user } = process.cpuUsage();
    const { heapUsed, rss } = process.memoryUsage();
    return {
      eventLoopLag,
      cpuSeconds: (user + system) / 1e6,
      residentBytes: rss,
      heapBytes: heapUsed,
      startedAtSeconds,
      nodeVersion: process.version,
    };
  };
}
