import type { LayoutAnswer, LayoutMessage } from "./layout.worker.ts";
import { type LayoutRequest, type PlacedLayout, placeNodes } from "./place-incrementally.ts";

/** Asks for layouts without holding up the page. */
export interface LayoutClient {
  place(request: LayoutRequest): Promise<PlacedLayout>;
  close(): void;
}

/** Lays out in a Web Worker; on the page itself where the browser refuses one (a strict content policy, a very old one). */
export function createLayoutClient(): LayoutClient {
  const worker = startWorker();
  if (worker === null) return { place: async (request) => placeNodes(request), close: () => undefined };
  const waiting = new Map<number, { readonly request: LayoutRequest; readonly resolve: (layout: PlacedLayout) => void }>();
  let nextId = 1;
  worker.addEventListener("message", (event: MessageEvent<LayoutAnswer>) => {
    waiting.get(event.data.id)?.resolve(event.data.layout);
    waiting.delete(event.data.id);
  });
  worker.addEventListener("error", () => {
    // The script could not be loaded, say during an upgrade: the page can still do the work itself.
    for (const { request, resolve } of waiting.values()) resolve(placeNodes(request));
    waiting.clear();
  });
  return {
    place: (request) =>
      new Promise((resolve) => {
        const id = nextId++;
        waiting.set(id, { request, resolve });
        const message: LayoutMessage = { id, request };
        worker.postMessage(message);
      }),
    close: () => worker.terminate(),
  };
}

function startWorker(): Worker | null {
  if (typeof Worker === "undefined") return null;
  try {
    return new Worker(new URL("./layout.worker.ts", import.meta.url), { type: "module" });
  } catch {
    return null;
  }
}
