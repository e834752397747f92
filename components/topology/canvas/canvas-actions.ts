import { createContext, useContext } from "react";
import { invariant } from "@/lib/std/index.ts";
import type { PictureItem } from "./picture-store.ts";

/** What parts of the picture can ask for. */
export interface CanvasActions {
  /** Opens the inspector on something. */
  open(item: PictureItem): void;
  /** The keyboard is on this service now. */
  setCursor(service: string): void;
}

export const CanvasActionsContext = createContext<CanvasActions | null>(null);

/** The actions of the canvas around a component. */
export function useCanvasActions(): CanvasActions {
  const actions = useContext(CanvasActionsContext);
  invariant(actions, "CanvasActionsContext is missing");
  return actions;
}
