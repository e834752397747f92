/** A service behind an adaptive limit, simulated event by event: open load, so many workers, service times from a distribution. */
import { createXorshift } from "../../std/index.ts";
import type { AdaptiveLimit } from "./adaptive-limit.ts";

export interface Draw {
  /** Evenly in (0, 1). */
  uniform(): number;
  /** Log-normal with this median. */
  logNormal(medianMs: number, sigma: number): number;
}

export interface Scenario {
  readonly seed: number;
  readonly forMs: number;
  /** Requests per second at a moment: Poisson arrivals, at most `rpsMax`. */
  readonly rps: (nowMs: number) => number;
  readonly rpsMax: number;
  /** Requests that come on top at a moment, all within 1 ms. */
  readonly bursts?: readonly { readonly atMs: number; readonly count: number }[];
  /** Workers at a moment; infinite: nothing queues. */
  readonly workers: (nowMs: number) => number;
  readonly serviceMs: (startMs: number, draw: Draw) => number;
  /** A caller that goes away after so long; its request is worked on all the same. */
  readonly patienceMs?: number;
}

export interface Served {
  readonly startMs: number;
  readonly latencyMs: number;
}

export interface Simulated {
  readonly asked: number;
  readonly served: readonly Served[];
  readonly refusedAtMs: readonly number[];
  readonly mostUnderWay: number;
}

/** Moments and what happens then, the earliest first; a binary heap. */
class Agenda {
  readonly #entries: { readonly atMs: number; readonly run: () => void }[] = [];

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  add(atMs: number, run: () => void): void {
    const entries = this.#entries;
    let at = entries.push({ atMs, run }) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#at(parent) <= this.#at(at)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  next(): { readonly atMs: number; readonly run: () => void } {
    const entries = this.#entries;
    const first = entries[0];
    const last = entries.pop();
    if (first === undefined || last === undefined) throw new Error("nothing is left");
    if (entries.length === 0) return first;
    entries[0] = last;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      const least = this.#at(left + 1) < this.#at(left) ? left + 1 : left;
      if (this.#at(least) >= this.#at(at)) return first;
      this.#swap(at, least);
      at = least;
    }
  }

  #at(index: number): number {
    return this.#entries[index]?.atMs ?? Number.POSITIVE_INFINITY;
  }

  #swap(one: number, other: number): void {
    const kept = this.#entries[one] as { readonly atMs: number; readonly run: () => void };
    this.#entries[one] = this.#entries[other] as typeof kept;
    this.#entries[other] = kept;
  }
}

function drawFrom(seed: number): Draw {
  const random = createXorshift(seed);
  const uniform = () => (random.nextUint32() + 0.5) / 0x1_0000_0000;
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, logNormal: (medianMs, sigma) => medianMs * Math.exp(sigma * normal()) };
}

/** Runs until the load ends and everything is answered. */
export function simulateService(limit: AdaptiveLimit, scenario: Scenario): Simulated {
  const { bursts = [], forMs, patienceMs = Number.POSITIVE_INFINITY, rps, rpsMax, seed, serviceMs, workers } = scenario;
  const draw = drawFrom(seed);
  const agenda = new Agenda();
  const served: Served[] = [];
  const refusedAtMs: number[] = [];
  const queue: { readonly startMs: number; isOver: boolean }[] = [];
  let head = 0;
  let busy = 0;
  let asked = 0;
  let mostUnderWay = 0;
  const work = (nowMs: number) => {
    while (busy < workers(nowMs) && head < queue.length) {
      const request = queue[head++];
      if (request === undefined) return;
      busy++;
      const endMs = nowMs + serviceMs(nowMs, draw);
      agenda.add(endMs, () => {
        busy--;
        if (!request.isOver) {
          request.isOver = true;
          limit.finish(endMs - request.startMs, endMs);
          served.push({ startMs: request.startMs, latencyMs: endMs - request.startMs });
        }
        work(endMs);
      });
    }
  };
  const ask = (nowMs: number) => {
    asked++;
    if (!limit.tryStart(nowMs)) return void refusedAtMs.push(nowMs);
    mostUnderWay = Math.max(mostUnderWay, limit.underWay);
    const request = { startMs: nowMs, isOver: false };
    queue.push(request);
    if (patienceMs < Number.POSITIVE_INFINITY)
      agenda.add(nowMs + patienceMs, () => {
        if (request.isOver) return;
        request.isOver = true;
        limit.finish(null, nowMs + patienceMs);
      });
    work(nowMs);
  };
  const arrive = (nowMs: number) => {
    if (nowMs >= forMs) return;
    if (draw.uniform() * rpsMax < rps(nowMs)) ask(nowMs);
    const nextMs = nowMs - (Math.log(draw.uniform()) * 1_000) / rpsMax;
    agenda.add(nextMs, () => arrive(nextMs));
  };
  agenda.add(0, () => arrive(0));
  for (const { atMs, count } of bursts)
    for (let index = 0; index < count; index++) agenda.add(atMs + index / count, () => ask(atMs + index / count));
  while (!agenda.isEmpty) agenda.next().run();
  return { asked, served, refusedAtMs, mostUnderWay };
}

/** Nearest rank. */
export function percentileOf(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
