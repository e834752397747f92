import type { SplitCounts } from "./telemetry-store.ts";
import { TimedBins } from "./timed-bins.ts";

/** How far back requests that followed a split are counted. */
export const SPLIT_WINDOW_MS_MAX = 300_000;
const BIN_MS = 5_000;
/** Epochs of one service that are held at once: proxies still report the old one for a moment. */
const EPOCHS_KEPT = 4;

type Epoch = TimedBins<Map<string, number>>;

/** Which versions a service's split really sent requests to, per epoch of the split. All times are monotonic ms. */
export class SplitWindows {
  readonly #services = new Map<string, Map<number, Epoch>>();
  #oldestMs = Number.POSITIVE_INFINITY;

  /** Notes that figures have been reported from a time on, whether there were any or not. */
  see(fromMs: number): void {
    this.#oldestMs = Math.min(this.#oldestMs, fromMs);
  }

  /** Counts requests that followed the split of `epoch` to `version`. */
  add(service: string, epoch: number, version: string, atMs: number, requests: number): void {
    if (requests === 0) return;
    const counts = this.#epoch(service, epoch).at(Math.floor(atMs / BIN_MS));
    counts.set(version, (counts.get(version) ?? 0) + requests);
  }

  /** Counts by version, at most `windowMsMax` back. */
  counts(service: string, epoch: number, windowMsMax: number, nowMs: number): SplitCounts {
    const reachMs = Math.min(windowMsMax, SPLIT_WINDOW_MS_MAX);
    const last = Math.floor(nowMs / BIN_MS);
    const requests = new Map<string, number>();
    for (const counts of this.#services
      .get(service)
      ?.get(epoch)
      ?.between(last - Math.ceil(reachMs / BIN_MS) + 1, last) ?? []) {
      for (const [version, count] of counts) requests.set(version, (requests.get(version) ?? 0) + count);
    }
    return { windowMs: Math.round(Math.max(0, Math.min(reachMs, nowMs - this.#oldestMs))), requests };
  }

  /** Forgets what no window reaches any more. */
  prune(nowMs: number): void {
    const first = Math.floor((nowMs - SPLIT_WINDOW_MS_MAX) / BIN_MS);
    for (const [service, epochs] of this.#services) {
      for (const [epoch, bins] of epochs) {
        bins.dropBefore(first);
        if (bins.isEmpty) epochs.delete(epoch);
      }
      if (epochs.size === 0) this.#services.delete(service);
    }
  }

  #epoch(service: string, epoch: number): Epoch {
    const epochs = this.#services.get(service) ?? new Map<number, Epoch>();
    this.#services.set(service, epochs);
    let found = epochs.get(epoch);
    if (found === undefined) {
      found = new TimedBins(SPLIT_WINDOW_MS_MAX / BIN_MS, () => new Map<string, number>());
      epochs.set(epoch, found);
      if (epochs.size > EPOCHS_KEPT) epochs.delete(Math.min(...epochs.keys()));
    }
    return found;
  }
}
