import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BenchOptions, type BenchRow, interleave, ratioOf } from "./bench-table.ts";
import { type Bed, cpuUs, LARGE_PATH, missingPrograms, openBed } from "./data-plane-bed.ts";
import { type WrkLoad, wrkRequests } from "./wrk-load.ts";

type Target = { readonly pid: number; readonly port: number };
type Shape = Omit<WrkLoad, "port" | "seconds">;

const PLAIN: Shape = { connections: 50 };
const LOADS: readonly { readonly figure: string; readonly shape: Shape; readonly goal: string }[] = [
  { figure: "proxy CPU per request, 50 connections, 1 KB", shape: PLAIN, goal: "≤ 1.25×" },
  { figure: "proxy CPU per request, 500 connections, 1 KB", shape: { connections: 500 }, goal: "≤ 1.25×" },
  { figure: "proxy CPU per request, 50 connections, 64 KB", shape: { connections: 50, path: `/${LARGE_PATH}` }, goal: "≤ 1.25×" },
];

/** CPU time of the proxy per request, everything on: strict parsing, routing, balancing, health, figures, forwarded headers. */
export async function run(options: BenchOptions): Promise<BenchRow[]> {
  const missing = missingPrograms(["wrk", "nginx", "taskset"]);
  if (missing.length > 0)
    return LOADS.map(({ figure, goal }) => rowOf(figure, goal, null, null, "HAProxy, 1 thread", `needs ${missing.join(", ")}`));
  const seconds = options.short ? 1 : 3;
  const rounds = options.short ? 2 : 7;
  const bed = await openBed();
  try {
    const rows: BenchRow[] = [];
    for (const { figure, shape, goal } of LOADS) rows.push(await againstHaproxy(bed, { figure, shape, goal, seconds, rounds }));
    return [...rows, ...(await againstOthers(bed, seconds, options.short ? 1 : 3))];
  } finally {
    await bed.close();
  }
}

async function againstHaproxy(
  { haproxy, ours }: Bed,
  load: { readonly figure: string; readonly shape: Shape; readonly goal: string; readonly seconds: number; readonly rounds: number },
): Promise<BenchRow> {
  const { figure, shape, goal, seconds, rounds } = load;
  // The instance accepts connections one by one: a burst of new ones times out requests now and then, and is not what is measured.
  for (const target of [ours, ...(haproxy === null ? [] : [haproxy])])
    await wrkRequests({ ...shape, port: target.port, seconds: 2 }).catch(() => {});
  const cost = await interleave(
    {
      ours: () => costUs(ours, shape, seconds),
      haproxy: () => (haproxy === null ? Number.NaN : costUs(haproxy, shape, seconds)),
    },
    rounds,
  );
  return rowOf(figure, goal, cost.ours, haproxy === null ? null : cost.haproxy, "HAProxy, 1 thread");
}

/** The same job done by others, for scale. */
async function againstOthers(bed: Bed, seconds: number, rounds: number): Promise<BenchRow[]> {
  const node = (name: string) => (port: number) => [
    process.execPath,
    join(import.meta.dirname, "anchors", name),
    String(port),
    String(bed.instancePort),
  ];
  const anchors: readonly (readonly [name: string, command: (port: number, dir: string) => readonly string[], goal: string])[] = [
    ["nginx, 1 worker", (port, dir) => ["nginx", "-c", nginxProxyConfig(dir, port, bed.instancePort), "-e", "/dev/null"], "for scale"],
    ["undici", node("undici-proxy.ts"), "≤ 0.5×"],
    ["node:http", node("node-http-proxy.ts"), "for scale"],
    ["http-proxy", node("http-proxy.ts"), "for scale"],
  ];
  const rows: BenchRow[] = [];
  for (const [name, command, goal] of anchors) {
    const anchor = await bed.startAnchor(command);
    const cost = await interleave({ ours: () => costUs(bed.ours, PLAIN, seconds), anchor: () => costUs(anchor, PLAIN, seconds) }, rounds);
    rows.push(rowOf(`proxy CPU per request against ${name}`, goal, cost.ours, cost.anchor, name));
  }
  return rows;
}

async function costUs({ pid, port }: Target, shape: Shape, seconds: number): Promise<number> {
  const before = cpuUs(pid);
  const requests = await wrkRequests({ ...shape, port, seconds });
  return (cpuUs(pid) - before) / requests;
}

/** What our proxy does too: X-Forwarded-For, timeouts, a kept pool towards the instances. Returns the path of the file. */
function nginxProxyConfig(dir: string, port: number, target: number): string {
  const path = join(dir, "nginx-proxy.conf");
  writeFileSync(
    path,
    `daemon off; worker_processes 1; master_process off; pid ${dir}/nginx-proxy.pid; error_log /dev/null;
events { worker_connections 4096; }
http { access_log off; keepalive_requests 1000000000; keepalive_timeout 600s; tcp_nodelay on;
client_body_temp_path ${dir}; proxy_temp_path ${dir}; fastcgi_temp_path ${dir}; uwsgi_temp_path ${dir}; scgi_temp_path ${dir};
upstream b { server 127.0.0.1:${target}; keepalive 512; keepalive_requests 1000000000; }
server { listen 127.0.0.1:${port} backlog=4096; location / { proxy_pass http://b; proxy_http_version 1.1; proxy_set_header Connection "";
proxy_set_header X-Forwarded-For $remote_addr; proxy_connect_timeout 1s; proxy_read_timeout 15s; } } }
`,
  );
  return path;
}

function rowOf(figure: string, goal: string, ours: number | null, anchor: number | null, anchorName: string, note?: string): BenchRow {
  const row = { figure, unit: "µs", ours, anchor, anchorName, ratio: ratioOf(ours, anchor), goal };
  return note === undefined ? row : { ...row, note };
}
