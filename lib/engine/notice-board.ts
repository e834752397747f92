import type { CancelTimer } from "../std/index.ts";
import type { EngineNotice } from "./mesh-engine.ts";

/** Tells watchers what happened, each by itself: a watcher's flaw goes to `onFault` and never turns what was done into a refusal. */
export class NoticeBoard {
  readonly #onFault: (error: unknown) => void;
  readonly #listeners = new Set<(notice: EngineNotice) => void>();

  constructor(onFault: (error: unknown) => void) {
    this.#onFault = onFault;
  }

  watch(listener: (notice: EngineNotice) => void): CancelTimer {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(notice: EngineNotice): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(notice);
      } catch (error) {
        this.#onFault(error);
      }
    }
  }
}
