import net from "node:net";
import { type BenchOptions, type BenchRow, quantile, ratioOf } from "./bench-table.ts";
import { type Bed, missingPrograms, openBed } from "./data-plane-bed.ts";

const CONNECTIONS = 8;
const BLOCK = 50;

type Target = "v1" | "v2";

interface Outcome {
  readonly latenciesMs: number[];
  failed: number;
  /** Requests that began after the acknowledgement and went to the old version all the same. */
  late: number;
  requests: number;
}

/**
 * Command → first request on the new split, under load, in a proxy process of its own; our side includes the link and its
 * acknowledgement. Blocks of 50 shifts in turn with HAProxy's runtime API, so that noise hits both alike.
 */
export async function run(options: BenchOptions): Promise<BenchRow[]> {
  const missing = missingPrograms(["nginx", "taskset"]);
  if (missing.length > 0) return [rowOf("shift, p50", null, null, "≤ 2 ms", `needs ${missing.join(", ")}`)];
  const shifts = options.short ? 100 : 1_000;
  const bed = await openBed();
  const ours: Outcome = { latenciesMs: [], failed: 0, late: 0, requests: 0 };
  const anchor: Outcome = { latenciesMs: [], failed: 0, late: 0, requests: 0 };
  try {
    // The first block of each warms up.
    for (let block = 0; block <= shifts / BLOCK; block++) {
      const isWarmUp = block === 0;
      await measure(bed.ours.port, (to) => bed.shiftOurs(to), isWarmUp ? emptyOutcome() : ours);
      if (bed.haproxy !== null) await measure(bed.haproxy.port, (to) => bed.shiftHaproxy(to), isWarmUp ? emptyOutcome() : anchor);
    }
  } finally {
    await bed.close();
  }
  return rowsOf(ours, bed.haproxy === null ? null : anchor, shifts);
}

function emptyOutcome(): Outcome {
  return { latenciesMs: [], failed: 0, late: 0, requests: 0 };
}

function rowsOf(ours: Outcome, anchor: Outcome | null, shifts: number): BenchRow[] {
  const at = (outcome: Outcome | null, q: number) => (outcome === null ? null : quantile(outcome.latenciesMs, q));
  const counts = { unit: "", anchorName: "HAProxy runtime API", ratio: null, note: `of ${ours.requests} requests` };
  return [
    rowOf("shift → first request on it, p50", at(ours, 0.5), at(anchor, 0.5), "≤ 2 ms"),
    rowOf("shift → first request on it, p99", at(ours, 0.99), at(anchor, 0.99), "≤ 2× or ≤ 10 ms"),
    { ...counts, figure: `failed requests over ${shifts} shifts`, ours: ours.failed, anchor: anchor?.failed ?? null, goal: "0" },
    { ...counts, figure: "requests on the old split after the acknowledgement", ours: ours.late, anchor: anchor?.late ?? null, goal: "0" },
  ];
}

function rowOf(figure: string, ours: number | null, anchor: number | null, goal: string, note?: string): BenchRow {
  const row = { figure, unit: "ms", ours, anchor, anchorName: "HAProxy runtime API", ratio: ratioOf(ours, anchor), goal };
  return note === undefined ? row : { ...row, note };
}

/** One block: callers ask without pause while the split goes to and fro. */
async function measure(port: number, shift: Bed["shiftOurs"], outcome: Outcome): Promise<void> {
  const state = { onAnswer: (_version: string, _startedMs: number) => {}, isOver: false };
  const callers = Array.from({ length: CONNECTIONS }, () =>
    ask(port, state, outcome).catch((error: unknown) => {
      outcome.failed++;
      throw error;
    }),
  );
  let ackedMs = Number.POSITIVE_INFINITY;
  for (let index = 0; index < BLOCK; index++) {
    const to: Target = index % 2 === 0 ? "v2" : "v1";
    const commandMs = performance.now();
    ackedMs = Number.POSITIVE_INFINITY;
    const seen = new Promise<number>((resolve) => {
      state.onAnswer = (version, startedMs) => {
        if (version === to) resolve(performance.now());
        else if (startedMs > ackedMs) outcome.late++;
      };
    });
    const acked = shift(to).then(() => {
      ackedMs = performance.now();
    });
    outcome.latenciesMs.push((await seen) - commandMs);
    await acked;
    // Requests that began after the acknowledgement are watched for a moment.
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
  state.isOver = true;
  await Promise.all(callers);
}

/** One caller: the next request follows the answer. Counts answers that are no 200. */
function ask(
  port: number,
  state: { onAnswer(version: string, startedMs: number): void; isOver: boolean },
  outcome: Outcome,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port, host: "127.0.0.1", noDelay: true });
    let text = "";
    let startedMs = 0;
    const send = () => {
      startedMs = performance.now();
      socket.write("GET / HTTP/1.1\r\nHost: a.mesh\r\n\r\n");
    };
    socket.on("connect", send);
    socket.on("error", reject);
    socket.on("close", () => (state.isOver ? resolve() : reject(new Error("the connection was closed"))));
    socket.on("data", (bytes) => {
      text += bytes.toString("latin1");
      const end = text.indexOf("\r\n\r\n");
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (end < 0 || text.length < end + 4 + length) return;
      outcome.requests++;
      if (!text.startsWith("HTTP/1.1 200")) outcome.failed++;
      state.onAnswer(/\r\nx-version: (\w+)/i.exec(text)?.[1] ?? "", startedMs);
      text = "";
      if (state.isOver) socket.destroy();
      else setTimeout(send, 1);
    });
  });
}
