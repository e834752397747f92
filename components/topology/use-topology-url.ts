import { useSearchParams } from "next/navigation";
import { useCallback, useMemo } from "react";
import type { PictureItem } from "./canvas/picture-store.ts";

/** What of the topology is in the address, so that a link shows the same: `?selected=`, `?find=`, `?others=hide`. */
export interface TopologyUrl {
  readonly selected: PictureItem | null;
  readonly find: string;
  readonly hideOthers: boolean;
  select(item: PictureItem | null): void;
  setFind(text: string): void;
  setHideOthers(hide: boolean): void;
}

/** Reads and writes the address without loading anything. */
export function useTopologyUrl(): TopologyUrl {
  const params = useSearchParams();
  const write = useCallback((name: string, value: string | null) => {
    const next = new URLSearchParams(window.location.search);
    if (value === null || value === "") next.delete(name);
    else next.set(name, value);
    const text = next.toString();
    window.history.replaceState(null, "", text === "" ? window.location.pathname : `?${text}`);
  }, []);
  const select = useCallback((item: PictureItem | null) => write("selected", item?.id ?? null), [write]);
  const setFind = useCallback((text: string) => write("find", text), [write]);
  const setHideOthers = useCallback((hide: boolean) => write("others", hide ? "hide" : null), [write]);
  const id = params.get("selected");
  const selected = useMemo<PictureItem | null>(() => (id === null ? null : { kind: id.includes(">") ? "edge" : "service", id }), [id]);
  return {
    selected,
    find: params.get("find") ?? "",
    hideOthers: params.get("others") === "hide",
    select,
    setFind,
    setHideOthers,
  };
}
