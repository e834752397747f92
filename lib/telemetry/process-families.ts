import type { MetricFamily } from "./exposition.ts";

/** What a process knows of itself. */
export interface ProcessFigures {
  /** Delay of the event loop since the last look, in seconds. */
  readonly eventLoopLag: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  readonly heapBytes: number;
  /** Since 1970. */
  readonly startedAtSeconds: number;
  readonly nodeVersion: string;
}

/** Event-loop lag, CPU, memory and build, under the names that Prometheus knows. */
export function processFamilies(prefix: string, version: string, figures: ProcessFigures): readonly MetricFamily[] {
  const { cpuSeconds, eventLoopLag, heapBytes, nodeVersion, residentBytes, startedAtSeconds } = figures;
  const one = (value: number) => [{ labels: {}, value }];
  return [
    {
      type: "gauge",
      name: `${prefix}_build_info`,
      help: "Always 1; the labels say what runs.",
      samples: [{ labels: { version, node: nodeVersion }, value: 1 }],
    },
    {
      type: "gauge",
      name: `${prefix}_event_loop_lag_seconds`,
      help: "Delay of the event loop since the last scrape.",
      samples: Object.entries(eventLoopLag).map(([stat, value]) => ({ labels: { stat }, value })),
    },
    { type: "counter", name: "process_cpu_seconds", help: "User and system CPU time.", samples: one(cpuSeconds) },
    { type: "gauge", name: "process_resident_memory_bytes", help: "Resident memory.", samples: one(residentBytes) },
    { type: "gauge", name: "process_start_time_seconds", help: "When the process started, since 1970.", samples: one(startedAtSeconds) },
    { type: "gauge", name: `${prefix}_heap_bytes`, help: "JavaScript heap in use.", samples: one(heapBytes) },
  ];
}
