import type { LayoutAnswer, LayoutMessage } from "./layout.worker.ts";
import { type LayoutRequest, type PlacedLayout, placeNodes } from "./place-incrementally.ts";

/** Asks for layouts without holding up the page. */
export interface LayoutClient {
  place(request: LayoutRequest): Promise<PlacedLayout>;
  close(): void;
}

/** What of a Web Worker is needed. */
export type LayoutWorker = Pick<Worker, "postMessage" | "terminate" | "addEventListener">;

/** Lays out in a Web Worker; on the page itself where the browser refuses one (a strict content policy, a very old one) or the worker broke down. */
export function createLayoutClient(start: () => LayoutWorker | null = startWorker): LayoutClient {
  let worker = start();
  const waiting = new Map<number, { readonly request: LayoutRequest; readonly resolve: (layout: PlacedLayout) => void }>();
  let nextId = 1;
  worker?.addEventListener("message", (event: MessageEvent<LayoutAnswer>) => {
    waiting.get(event.data.id)?.resolve(event.data.layout);
    waiting.delete(event.data.id);
  });
  worker?.addEventListener("error", () => {
    // The script could not be loaded, say during an upgrade: from now on the page does the work itself, and nobody waits for a dead worker.
    worker?.terminate();
    worker = null;
    for (const { request, resolve } of waiting.values()) resolve(placeNodes(request));
    waiting.clear();
  });
  return {
    place: (request) =>
      new Promise((resolve) => {
        if (worker === null) return resolve(placeNodes(request));
        const id = nextId++;
        waiting.set(id, { request, resolve });
        const message: LayoutMessage = { id, request };
        worker.postMessage(message);
        return undefined;
      }),
    close: () => worker?.terminate(),
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
