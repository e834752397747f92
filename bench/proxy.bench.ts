import { type BenchOptions, type BenchRow, interleave, ratioOf } from "./bench-table.ts";
import { cpuUs, missingPrograms, openBed, spawnBeside } from "./data-plane-bed.ts";

const CONNECTIONS = 50;

/** A head of 450 bytes, as browsers and programs send them. */
const HEADERS: readonly string[] = [
  "Host: a.mesh",
  "User-Agent: Mozilla/5.0 (X11; Linux x86_64) bench",
  "Accept: application/json, text/plain, */*",
  "Accept-Encoding: gzip, br",
  `Authorization: Bearer ${"a".repeat(100)}`,
  "X-Request-Id: 0123456789abcdef0123456789abcdef",
  "Traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  "Cookie: sid=0123456789abcdef; theme=dark",
];

/** CPU time of the proxy per request, everything on: strict parsing, routing, balancing, figures, forwarded headers. */
export async function run(options: BenchOptions): Promise<BenchRow[]> {
  const row = {
    figure: `proxy CPU per request, ${CONNECTIONS} connections, 1 KB`,
    unit: "µs",
    anchorName: "HAProxy, 1 thread",
    goal: "≤ 1.35×",
  };
  const missing = missingPrograms(["wrk", "nginx", "taskset"]);
  if (missing.length > 0) return [{ ...row, ours: null, anchor: null, ratio: null, note: `needs ${missing.join(", ")}` }];
  const seconds = options.short ? 1 : 3;
  const bed = await openBed();
  try {
    const { haproxy, ours } = bed;
    const cost = await interleave(
      {
        ours: () => costUs(ours, seconds),
        haproxy: () => (haproxy === null ? Number.NaN : costUs(haproxy, seconds)),
      },
      options.short ? 2 : 7,
    );
    const anchor = haproxy === null ? null : cost.haproxy;
    return [{ ...row, ours: cost.ours, anchor, ratio: ratioOf(cost.ours, anchor) }];
  } finally {
    await bed.close();
  }
}

async function costUs({ pid, port }: { readonly pid: number; readonly port: number }, seconds: number): Promise<number> {
  const before = cpuUs(pid);
  const requests = await load(port, seconds);
  return (cpuUs(pid) - before) / requests;
}

/** Runs wrk; rejects when an answer was no 2xx or a connection broke, since that is another job. */
function load(port: number, seconds: number): Promise<number> {
  const headers = HEADERS.flatMap((header) => ["-H", header]);
  const command = ["wrk", "-t1", `-c${CONNECTIONS}`, `-d${seconds}`, ...headers, `http://127.0.0.1:${port}/`];
  return new Promise((resolve, reject) => {
    const child = spawnBeside(command);
    let output = "";
    child.stdout?.on("data", (chunk) => {
      output += chunk;
    });
    child.on("error", reject);
    child.on("close", () => {
      const requests = Number(/(\d+) requests in/.exec(output)?.[1] ?? 0);
      if (requests === 0 || /Non-2xx|Socket errors/.test(output)) reject(new Error(output));
      else resolve(requests);
    });
  });
}
