import { isDeepStrictEqual } from "node:util";
import type { InstanceId, SnapshotEndpoint } from "../../model/index.ts";
import type { CancelTimer, Clock, Random } from "../../std/index.ts";
import { type ActiveCheck, type CheckOutcome, checkInstance } from "./check-instance.ts";

/** Checks under way at once in one proxy; others wait for a moment. */
const UNDER_WAY_MAX = 64;
const JITTER = 0.1;

interface Checked {
  readonly endpoint: SnapshotEndpoint;
  readonly check: ActiveCheck;
  cancel: CancelTimer;
}

export interface ActiveChecksOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly onOutcome: (endpoint: SnapshotEndpoint, outcome: CheckOutcome, nowMs: number) => void;
}

/**
 * Checks instances again and again, as the policies of their services say: the first time at a moment drawn from the interval, then every
 * interval ± 10 %, so that proxies that started together do not ask together. One check per instance at a time; checks are no traffic and are
 * counted nowhere.
 */
export class ActiveChecks {
  readonly #options: ActiveChecksOptions;
  readonly #checked = new Map<InstanceId, Checked>();
  readonly #queue = new Set<Checked>();
  #underWay = 0;

  constructor(options: ActiveChecksOptions) {
    this.#options = options;
  }

  /** Instances and how each is checked, complete. What stays the same goes on undisturbed, the rest ends at once. */
  sync(wanted: ReadonlyMap<InstanceId, { readonly endpoint: SnapshotEndpoint; readonly check: ActiveCheck }>): void {
    for (const [id, checked] of this.#checked) {
      const now = wanted.get(id);
      if (now !== undefined && isSame(checked, now)) continue;
      checked.cancel();
      this.#queue.delete(checked);
      this.#checked.delete(id);
    }
    for (const [id, { check, endpoint }] of wanted) {
      if (this.#checked.has(id)) continue;
      const checked: Checked = { endpoint, check, cancel: () => {} };
      this.#checked.set(id, checked);
      this.#plan(checked, this.#fraction() * check.intervalMs);
    }
  }

  /** Instances that are checked. */
  get size(): number {
    return this.#checked.size;
  }

  stop(): void {
    this.sync(new Map());
  }

  #plan(checked: Checked, delayMs: number): void {
    checked.cancel = this.#options.clock.after(delayMs, () => this.#begin(checked));
  }

  #begin(checked: Checked): void {
    if (this.#underWay >= UNDER_WAY_MAX) {
      this.#queue.add(checked);
      checked.cancel = () => {};
      return;
    }
    this.#underWay++;
    const end = () => {
      this.#underWay--;
      const [next] = this.#queue;
      if (next === undefined) return;
      this.#queue.delete(next);
      this.#begin(next);
    };
    const cancel = checkInstance(checked.endpoint, checked.check, this.#options.clock, (outcome) => {
      const delayMs = checked.check.intervalMs * (1 - JITTER + 2 * JITTER * this.#fraction());
      this.#plan(checked, delayMs);
      end();
      this.#options.onOutcome(checked.endpoint, outcome, this.#options.clock.monotonicMs());
    });
    checked.cancel = () => {
      cancel();
      end();
    };
  }

  #fraction(): number {
    return this.#options.random.nextUint32() / 0x1_0000_0000;
  }
}

function isSame(left: Pick<Checked, "endpoint" | "check">, right: Pick<Checked, "endpoint" | "check">): boolean {
  const isWhereItWas = left.endpoint.address === right.endpoint.address && left.endpoint.port === right.endpoint.port;
  return isWhereItWas && isDeepStrictEqual(left.check, right.check);
}
