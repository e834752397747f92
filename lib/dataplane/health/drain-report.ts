import type { DrainingVersion } from "../../model/index.ts";
import type { CancelTimer, Clock } from "../../std/index.ts";

const LOOK_MS = 100;
const REPEAT_MS = 1_000;

/**
 * Tells the engine how requests on versions that get no new ones run out: whenever there are fewer, at least once a second, and at last that
 * there are none. Quiet while there is nothing to tell.
 */
export class DrainReport {
  readonly #clock: Clock;
  readonly #look: () => readonly DrainingVersion[];
  readonly #send: (versions: readonly DrainingVersion[]) => void;
  #cancel: CancelTimer | null = null;
  #told = 0;
  #toldAtMs = 0;

  constructor(clock: Clock, look: () => readonly DrainingVersion[], send: (versions: readonly DrainingVersion[]) => void) {
    this.#clock = clock;
    this.#look = look;
    this.#send = send;
  }

  /** The list for an `ack`; from now on it is followed until it is empty. */
  begin(): readonly DrainingVersion[] {
    const versions = this.#look();
    this.#told = requestsOf(versions);
    this.#toldAtMs = this.#clock.monotonicMs();
    if (versions.length === 0) this.stop();
    else this.#cancel ??= this.#clock.every(LOOK_MS, () => this.#follow());
    return versions;
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #follow(): void {
    const versions = this.#look();
    const requests = requestsOf(versions);
    const nowMs = this.#clock.monotonicMs();
    if (requests === this.#told && nowMs - this.#toldAtMs < REPEAT_MS) return;
    this.#told = requests;
    this.#toldAtMs = nowMs;
    if (versions.length === 0) this.stop();
    this.#send(versions);
  }
}

function requestsOf(versions: readonly DrainingVersion[]): number {
  return versions.reduce((sum, { requests }) => sum + requests, 0);
}
