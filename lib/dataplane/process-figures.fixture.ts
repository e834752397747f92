import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import http from "node:http";
import { text } from "node:stream/consumers";
import { parseExposition } from "../testing/index.ts";

/** What a soak watches of one process. */
export interface ProcessFigures {
  readonly atMs: number;
  readonly rssMb: number;
  readonly fds: number;
  /** TCP sockets that listen. */
  readonly listeners: number;
  /** Since the look before. */
  readonly loopP99Ms: number;
}

const LISTENING = "0A";

/** Reads the figures of a proxy's process: Linux's own, and the event loop's lag from its `/metrics`. */
export async function figuresOf(pid: number, adminPort: number): Promise<ProcessFigures> {
  const rssKb = Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  const links = readdirSync(`/proc/${pid}/fd`).map((fd) => linkOf(`/proc/${pid}/fd/${fd}`));
  const listening = listeningInodes();
  return {
    atMs: performance.now(),
    rssMb: rssKb / 1_024,
    fds: links.length,
    listeners: links.filter((link) => listening.has(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? "")).length,
    loopP99Ms: (await loopP99(adminPort)) * 1_000,
  };
}

/** MB per minute: the slope of the line with the least squares. */
export function slopeOf(figures: readonly ProcessFigures[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const minutes = figures.map(({ atMs }) => atMs / 60_000);
  const [meanX, meanY] = [mean(minutes), mean(figures.map(({ rssMb }) => rssMb))];
  const covariance = figures.reduce((sum, { rssMb }, at) => sum + ((minutes[at] ?? 0) - meanX) * (rssMb - meanY), 0);
  return covariance / minutes.reduce((sum, x) => sum + (x - meanX) ** 2, 0);
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // Closed since the folder was read.
    return "";
  }
}

function listeningInodes(): ReadonlySet<string> {
  const rows = readFileSync("/proc/net/tcp", "utf8").trim().split("\n").slice(1);
  const fields = rows.map((row) => row.trim().split(/\s+/));
  return new Set(fields.filter(([, , , state]) => state === LISTENING).map((row) => row[9] ?? ""));
}

async function loopP99(port: number): Promise<number> {
  const exposition = await new Promise<string>((resolve, reject) => {
    http.get({ host: "127.0.0.1", port, path: "/metrics", agent: false }, (answer) => resolve(text(answer))).on("error", reject);
  });
  const sample = parseExposition(exposition).find(({ name, labels }) => name.includes("event_loop_lag") && labels["stat"] === "p99");
  return sample?.value ?? Number.NaN;
}
