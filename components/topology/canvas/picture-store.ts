import { createContext, useContext } from "react";
import { useStore } from "zustand";
import { createStore, type StoreApi } from "zustand/vanilla";
import { INGRESS } from "@/components/live/topology-shape.ts";
import { invariant } from "@/lib/std/index.ts";
import type { SplitLock } from "../../splits/split-locks.ts";
import type { Point } from "../layout/layout-graph.ts";
import type { Box } from "./edge-geometry.ts";

/** Something in the picture: a service by name, or the edge between two by `from>to`. */
export interface PictureItem {
  readonly kind: "service" | "edge";
  readonly id: string;
}

/** What is on the canvas and what the operator points at; figures are not in here but in the live store. */
export interface PictureState {
  readonly boxes: ReadonlyMap<string, Box>;
  readonly bends: Readonly<Record<string, readonly Point[]>>;
  readonly hovered: PictureItem | null;
  readonly selected: PictureItem | null;
  /** Services next to what is hovered, itself included; null while nothing is. */
  readonly near: ReadonlySet<string> | null;
  /** Services that the find text finds; null without one. */
  readonly found: ReadonlySet<string> | null;
  readonly hideOthers: boolean;
  /** The service that the keyboard is on. */
  readonly cursor: string | null;
  readonly locks: ReadonlyMap<string, readonly SplitLock[]>;
}

export type PictureStore = StoreApi<PictureState>;

/** An empty picture. */
export function createPictureStore(): PictureStore {
  return createStore<PictureState>(() => ({
    boxes: new Map(),
    bends: {},
    hovered: null,
    selected: null,
    near: null,
    found: null,
    hideOthers: false,
    cursor: null,
    locks: new Map(),
  }));
}

export const PictureContext = createContext<PictureStore | null>(null);

/** The picture around a component. */
export function usePictureStore(): PictureStore {
  const store = useContext(PictureContext);
  invariant(store, "PictureContext is missing");
  return store;
}

/** One value of the picture. */
export function usePicture<T>(select: (state: PictureState) => T): T {
  return useStore(usePictureStore(), select);
}

/** The picture after something was selected or let go: the keyboard goes to a service that was selected, wherever that was done. */
export function select(selected: PictureItem | null): Partial<PictureState> {
  return selected?.kind === "service" ? { selected, cursor: selected.id } : { selected };
}

/** The one service that the Tab key reaches: where the keyboard is, else the first one that is shown; null where none is. */
export function tabStopOf(state: PictureState): string | null {
  const isShown = (name: string) => name !== INGRESS && state.boxes.has(name) && emphasisOf(state, name) !== "hidden";
  if (state.cursor !== null && isShown(state.cursor)) return state.cursor;
  for (const name of state.boxes.keys()) if (isShown(name)) return name;
  return null;
}

export type Emphasis = "normal" | "dim" | "hidden";

/** How much a service stands out, given what is found and hovered. */
export function emphasisOf(state: PictureState, service: string): Emphasis {
  if (state.found !== null && !state.found.has(service)) return state.hideOthers ? "hidden" : "dim";
  return state.near !== null && !state.near.has(service) ? "dim" : "normal";
}

/** How much an edge stands out: no more than either of its ends, and only its own while it is hovered. */
export function emphasisOfEdge(state: PictureState, key: string, from: string, to: string): Emphasis {
  const ends = [emphasisOf(state, from), emphasisOf(state, to)];
  if (ends.includes("hidden")) return "hidden";
  if (ends.includes("dim")) return "dim";
  if (state.hovered?.kind === "service" && state.hovered.id !== from && state.hovered.id !== to) return "dim";
  return state.hovered?.kind === "edge" && state.hovered.id !== key ? "dim" : "normal";
}
