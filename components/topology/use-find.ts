import { useEffect, useMemo } from "react";
import type { LiveState } from "@/components/live/live-store.ts";
import { useLiveStore } from "@/components/live/use-live.ts";
import { useTopologyShape } from "@/components/live/use-mesh.ts";
import type { PictureState, PictureStore } from "./canvas/picture-store.ts";
import type { FindQuery } from "./find/find-query.ts";
import { matchesFind } from "./find/match-service.ts";
import { parseFind } from "./find/parse-find.ts";

/** Keeps the picture's found services true to the find text while figures tick; a text that cannot be read finds what the last one did. */
export function useFind(picture: PictureStore, text: string, hideOthers: boolean): void {
  const live = useLiveStore();
  const shape = useTopologyShape();
  const query = useMemo(() => {
    const parsed = parseFind(text);
    return parsed.ok ? { value: parsed.value } : null;
  }, [text]);
  const links = useMemo(() => {
    const callers = Map.groupBy(shape.edges, (edge) => edge.to);
    const callees = Map.groupBy(shape.edges, (edge) => edge.from);
    return { callers, callees };
  }, [shape]);
  useEffect(() => {
    if (query === null) return undefined;
    if (query.value === null) {
      picture.setState({ found: null, hideOthers });
      return undefined;
    }
    const wanted = query.value;
    const update = (): void => {
      const found = findServices(wanted, live.getState(), picture.getState(), links);
      const known = picture.getState().found;
      const isSame = known !== null && known.size === found.size && [...found].every((name) => known.has(name));
      if (!isSame || picture.getState().hideOthers !== hideOthers) picture.setState({ found: isSame ? known : found, hideOthers });
    };
    update();
    return live.subscribe(update);
  }, [query, hideOthers, links, live, picture]);
}

interface Links {
  readonly callers: ReadonlyMap<string, readonly { readonly from: string }[]>;
  readonly callees: ReadonlyMap<string, readonly { readonly to: string }[]>;
}

function findServices(query: FindQuery, live: LiveState, picture: PictureState, links: Links): ReadonlySet<string> {
  const found = new Set<string>();
  for (const service of live.services.values()) {
    const subject = {
      name: service.name,
      versions: service.versions,
      whole: service.whole,
      callers: (links.callers.get(service.name) ?? []).map((edge) => edge.from),
      callees: (links.callees.get(service.name) ?? []).map((edge) => edge.to),
      locked: (picture.locks.get(service.name) ?? []).some((lock) => lock.kind === "incompatible"),
    };
    if (matchesFind(query, subject)) found.add(service.name);
  }
  return found;
}
