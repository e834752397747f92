import { createStore } from "zustand/vanilla";

type Overlay = "palette" | "help" | "undo" | null;

interface ShellState {
  readonly overlay: Overlay;
}

/** What lies over the page. */
export const shellStore = createStore<ShellState>(() => ({ overlay: null }));

/** Shows one overlay, or none. */
export function showOverlay(overlay: Overlay): void {
  shellStore.setState({ overlay });
}
