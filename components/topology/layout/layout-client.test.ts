import { expect, test } from "vitest";
import type { LayoutMessage } from "./layout.worker.ts";
import { createLayoutClient, type LayoutWorker } from "./layout-client.ts";
import { placeNodes } from "./place-incrementally.ts";

const request = {
  nodes: ["a", "b"].map((id) => ({ id, width: 100, height: 40 })),
  edges: [{ source: "a", target: "b" }],
  previous: {},
  previousEdges: 0,
  pinned: {},
};

/** A worker whose script the test answers for. */
class StubWorker extends EventTarget implements LayoutWorker {
  readonly asked: LayoutMessage[] = [];
  isTerminated = false;
  postMessage(message: LayoutMessage): void {
    this.asked.push(message);
  }
  terminate(): void {
    this.isTerminated = true;
  }
}

test("the worker's answers reach those who asked, in whatever order they come", async () => {
  const worker = new StubWorker();
  const client = createLayoutClient(() => worker);
  const answers = Promise.all([client.place(request), client.place({ ...request, edges: [] })]);
  for (const { id, request: asked } of worker.asked.toReversed()) {
    worker.dispatchEvent(new MessageEvent("message", { data: { id, layout: placeNodes(asked) } }));
  }
  expect(await answers).toEqual([placeNodes(request), placeNodes({ ...request, edges: [] })]);
});

test("a worker that breaks down leaves nobody waiting, neither those who asked nor those who ask later", async () => {
  const worker = new StubWorker();
  const client = createLayoutClient(() => worker);
  const before = client.place(request);
  worker.dispatchEvent(new Event("error"));
  expect(await before).toEqual(placeNodes(request));
  expect(await client.place(request)).toEqual(placeNodes(request));
  expect(worker.isTerminated).toBe(true);
  expect(worker.asked).toHaveLength(1);
});

test("without a worker the page does the work", async () => {
  expect(await createLayoutClient(() => null).place(request)).toEqual(placeNodes(request));
});
