import { type LayoutRequest, type PlacedLayout, placeNodes } from "./place-incrementally.ts";

/** What the page sends: `id` comes back with the answer. */
export interface LayoutMessage {
  readonly id: number;
  readonly request: LayoutRequest;
}

/** What the worker answers. */
export interface LayoutAnswer {
  readonly id: number;
  readonly layout: PlacedLayout;
}

addEventListener("message", (event: MessageEvent<LayoutMessage>) => {
  const answer: LayoutAnswer = { id: event.data.id, layout: placeNodes(event.data.request) };
  postMessage(answer);
});
