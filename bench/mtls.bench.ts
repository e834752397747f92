import { type BenchOptions, type BenchRow, interleave, ratioOf } from "./bench-table.ts";
import { cpuUs, missingPrograms } from "./data-plane-bed.ts";
import { CALLEE_KINDS, type CalleeKind, type MtlsBed, openMtlsBed } from "./mtls-bed.ts";
import { wrkRequests } from "./wrk-load.ts";

const FIGURES: Readonly<Record<CalleeKind, { readonly figure: string; readonly connections: number; readonly goal: string }>> = {
  kept: { figure: "proxy CPU per request, mTLS upstream, 50 connections, 1 KB", connections: 50, goal: "≤ 1.25×" },
  resumed: { figure: "proxy CPU per request with a resumed handshake", connections: 10, goal: "≤ 1.1×" },
  full: { figure: "proxy CPU per request with a full handshake", connections: 10, goal: "≤ 1.1×" },
};

/** CPU time of the proxy that calls over mTLS: on kept connections, and with a handshake for every request. */
export async function run(options: BenchOptions): Promise<BenchRow[]> {
  const anchorName = "HAProxy, 1 thread";
  const missing = missingPrograms(["wrk", "nginx", "taskset"]);
  const rows = CALLEE_KINDS.map((kind) => ({
    kind,
    row: { figure: FIGURES[kind].figure, unit: "µs", anchorName, goal: FIGURES[kind].goal },
  }));
  if (missing.length > 0) {
    return rows.map(({ row }) => ({ ...row, ours: null, anchor: null, ratio: null, note: `needs ${missing.join(", ")}` }));
  }
  const bed = await openMtlsBed();
  try {
    const measured: BenchRow[] = [];
    for (const { kind, row } of rows) {
      const cost = await costOf(bed, kind, options.short ? { seconds: 1, rounds: 2 } : { seconds: 3, rounds: 7 });
      const anchor = bed.haproxy === null ? null : cost.haproxy;
      measured.push({ ...row, ours: cost.ours, anchor, ratio: ratioOf(cost.ours, anchor) });
    }
    return measured;
  } finally {
    await bed.close();
  }
}

async function costOf(
  { haproxy, ours, shiftOurs }: MtlsBed,
  kind: CalleeKind,
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
): Promise<{ readonly ours: number; readonly haproxy: number }> {
  const { connections } = FIGURES[kind];
  await shiftOurs(kind);
  const costUs = async (pid: number, port: number) => {
    const before = cpuUs(pid);
    const requests = await wrkRequests({ port, seconds, connections });
    return (cpuUs(pid) - before) / requests;
  };
  return interleave(
    {
      ours: () => costUs(ours.pid, ours.port),
      haproxy: () => (haproxy === null ? Number.NaN : costUs(haproxy.pid, haproxy.ports[kind])),
    },
    rounds,
  );
}
