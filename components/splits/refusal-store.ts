import { createStore } from "zustand/vanilla";

interface RefusalState {
  /** The service whose shift was refused last in this window; null: none was. */
  readonly service: string | null;
  /** Wall clock of that moment. */
  readonly atMs: number;
}

/** The last shift that the bar stopped. */
export const refusalStore = createStore<RefusalState>(() => ({ service: null, atMs: 0 }));
