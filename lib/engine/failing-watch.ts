import type { InstanceId } from "../model/index.ts";
import type { Clock } from "../std/index.ts";
import type { TelemetryStore } from "../telemetry/index.ts";
import { failingInstances } from "./views/figures.ts";

/** Instances that refuse connections; looked up anew with each batch of figures, and as figures grow old. */
export class FailingWatch {
  readonly #clock: Clock;
  readonly #telemetry: TelemetryStore;
  readonly #everyMs: number;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #instances: ReadonlySet<InstanceId> = new Set();

  constructor(clock: Clock, telemetry: TelemetryStore, everyMs: number) {
    this.#clock = clock;
    this.#telemetry = telemetry;
    this.#everyMs = everyMs;
  }

  /** New figures are here. */
  forget(): void {
    this.#lookedMs = Number.NEGATIVE_INFINITY;
  }

  get instances(): ReadonlySet<InstanceId> {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#lookedMs >= this.#everyMs) {
      this.#instances = failingInstances(this.#telemetry);
      this.#lookedMs = nowMs;
    }
    return this.#instances;
  }
}
