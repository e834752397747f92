import { createStore } from "zustand/vanilla";

type Overlay = "palette" | "help" | "undo" | null;

interface ShellState {
  readonly overlay: Overlay;
  /** Step of the tour that is shown, 0–2; null when it is not. */
  readonly tourStep: number | null;
}

/** What lies over the page. */
export const shellStore = createStore<ShellState>(() => ({ overlay: null, tourStep: null }));

/** Shows one overlay, or none. */
export function showOverlay(overlay: Overlay): void {
  shellStore.setState({ overlay });
}
