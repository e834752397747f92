import { afterEach, expect, test } from "vitest";
import { command, createFakeClock, openTestEngine, serveTestEngine, TEST_AUTHOR } from "../testing/index.ts";
import { createApiClient } from "./api-client.ts";
import { createQueries } from "./queries.ts";

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

test("every service is read, however many the API gives out at once", async () => {
  const clock = createFakeClock();
  const mesh = await openTestEngine(clock);
  closers.push(() => mesh.remove());
  const names = Array.from({ length: 501 }, (_, index) => `svc-${String(index).padStart(3, "0")}`);
  const services = Object.fromEntries(names.map((name) => [name, { versions: { "1.0.0": {} } }]));
  const applied = await mesh.engine.execute(command({ kind: "manifest.apply", services, prune: false }), TEST_AUTHOR);
  expect(applied.ok).toBe(true);
  const server = await serveTestEngine(mesh.engine, clock);
  closers.push(() => server.close());

  const { queryFn } = createQueries(createApiClient({ baseUrl: `http://127.0.0.1:${server.port}` })).services();
  const { items } = await queryFn({ signal: new AbortController().signal });
  expect(items.map(({ name }) => name)).toEqual(names);
});
