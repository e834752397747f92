/**
 * Where the first-run tour stands in this browser. `interlock-tour` in the browser's storage is "seen" once it was left or done, and `step@time` while it is
 * under way, so that a reload goes on with it; nothing there means that it was never shown.
 */
import { createStore } from "zustand/vanilla";

const SEEN_KEY = "interlock-tour";
const SEEN = "seen";
export const TOUR_LENGTH = 3;

interface TourState {
  /** 0–2; null: it is not shown. */
  readonly step: number | null;
  /** When this step began: what happened before does not count for it. */
  readonly sinceMs: number;
}

export const tourStore = createStore<TourState>(() => ({ step: null, sinceMs: 0 }));

/** Begins it, anew where it was done before. */
export function startTour(): void {
  goTo(0, Date.now());
}

/** The next step; after the last it is over. */
export function nextTourStep(): void {
  const { step } = tourStore.getState();
  if (step === null || step + 1 >= TOUR_LENGTH) endTour();
  else goTo(step + 1, Date.now());
}

/** Leaves it; Settings and the palette start it again. */
export function endTour(): void {
  localStorage.setItem(SEEN_KEY, SEEN);
  tourStore.setState({ step: null });
}

/** Goes on where this browser left off, or begins on the first visit. */
export function resumeTour(): void {
  if (tourStore.getState().step !== null) return;
  const kept = localStorage.getItem(SEEN_KEY);
  if (kept === null) return startTour();
  const [, step, sinceMs] = /^(\d)@(\d+)$/.exec(kept) ?? [];
  if (step !== undefined && Number(step) < TOUR_LENGTH) goTo(Number(step), Number(sinceMs));
}

function goTo(step: number, sinceMs: number): void {
  localStorage.setItem(SEEN_KEY, `${step}@${sinceMs}`);
  tourStore.setState({ step, sinceMs });
}
