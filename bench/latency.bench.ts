import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BenchOptions, type BenchRow, interleave, quantile, ratioOf } from "./bench-table.ts";
import { missingPrograms, openBed, spawnBeside } from "./data-plane-bed.ts";

const CONNECTIONS = 50;
const RATE = 5_000;

/** Latency at a fixed rate of requests, of the instance directly, through our proxy, and through HAProxy. The load stands on the core of the instance. */
export async function run(options: BenchOptions): Promise<BenchRow[]> {
  const figures = [`added p50 at ${RATE} requests/s`, `p99 at ${RATE} requests/s`] as const;
  const missing = missingPrograms(["h2load", "nginx", "taskset", "haproxy"]);
  if (missing.length > 0) return figures.map((figure) => rowOf(figure, "", null, null, `needs ${missing.join(", ")}`));
  const seconds = options.short ? 1 : 4;
  const bed = await openBed();
  try {
    const p99s = { ours: [] as number[], haproxy: [] as number[] };
    const median = async (port: number, into?: number[]) => {
      const latencies = await latenciesMs(port, seconds);
      into?.push(quantile(latencies, 0.99) ?? Number.NaN);
      return quantile(latencies, 0.5) ?? Number.NaN;
    };
    const p50 = await interleave(
      {
        direct: () => median(bed.instancePort),
        ours: () => median(bed.ours.port, p99s.ours),
        haproxy: () => (bed.haproxy === null ? Number.NaN : median(bed.haproxy.port, p99s.haproxy)),
      },
      options.short ? 1 : 5,
    );
    const note = `direct ${p50.direct.toFixed(2)} ms`;
    return [
      rowOf(figures[0], "≤ +0.25 ms", p50.ours - p50.direct, p50.haproxy - p50.direct, note),
      // The first of each warmed up.
      rowOf(figures[1], "≤ 1.2×", quantile(p99s.ours.slice(1), 0.5), quantile(p99s.haproxy.slice(1), 0.5), "median of rounds"),
    ];
  } finally {
    await bed.close();
  }
}

/** Sends at the rate and resolves with the time of each request, from its sending to the end of its answer. */
async function latenciesMs(port: number, seconds: number): Promise<readonly number[]> {
  const dir = mkdtempSync(join(tmpdir(), "interlock-latency-"));
  const log = join(dir, "requests.log");
  const rate = String(Math.round(RATE / CONNECTIONS));
  const args = ["--h1", "-c", String(CONNECTIONS), "--rps", rate, "-D", String(seconds), `--log-file=${log}`];
  const child = spawnBeside(["h2load", ...args, `http://127.0.0.1:${port}/`]);
  child.stdout?.resume();
  try {
    await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
    const lines = readFileSync(log, "utf8").trim().split("\n");
    const answered = lines.map((line) => line.split("\t")).filter(([, status]) => status === "200");
    if (answered.length < lines.length) throw new Error(`${lines.length - answered.length} of ${lines.length} requests failed`);
    return answered.map(([, , us]) => Number(us) / 1_000);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function rowOf(figure: string, goal: string, ours: number | null, anchor: number | null, note: string): BenchRow {
  return { figure, unit: "ms", ours, anchor, anchorName: "HAProxy, 1 thread", ratio: ratioOf(ours, anchor), goal, note };
}
