import { createContext, useContext } from "react";
import { useStore } from "zustand";
import { invariant } from "@/lib/std/index.ts";
import type { LiveState, LiveStore } from "./live-store.ts";

/** Filled by `LiveProvider`. */
export const LiveContext = createContext<LiveStore | null>(null);

/** The store itself, for code that draws outside React's rendering. */
export function useLiveStore(): LiveStore {
  const store = useContext(LiveContext);
  invariant(store, "LiveProvider is missing");
  return store;
}

/** One value of the live picture; renders again only when that value changes identity. */
export function useLive<T>(select: (state: LiveState) => T): T {
  return useStore(useLiveStore(), select);
}
