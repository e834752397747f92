import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningApi, registerShop, startApi } from "./api.fixture.ts";

let api: RunningApi;
let ids: readonly string[] = [];

beforeAll(async () => {
  api = await startApi();
  await registerShop(api);
  const path = "/api/v1/services/payments/instances";
  for (let port = 9501; port <= 9505; port++) await api.send("POST", path, { body: { version: "2.1.0", address: "127.0.0.1", port } });
  ids = (await find("")).items.map(({ id }) => id);
});

afterAll(() => api.stop());

interface Found {
  readonly items: readonly { readonly id: string }[];
  readonly chosen?: string | null;
  readonly nextCursor?: string;
}

async function find(query: string): Promise<Found> {
  return (await api.send("GET", `/api/v1/discovery/payments?version=2.1.0${query}`)).body;
}

test("a key finds one instance: the first of the list, the same every time, and the answer says so", async () => {
  const once = await find("&key=customer-17");
  expect(once.chosen).toBe(once.items[0]?.id);
  expect(once.items.map(({ id }) => id).toSorted()).toEqual([...ids].toSorted());
  expect(await find("&key=customer-17")).toEqual(once);
  expect(await find("")).not.toHaveProperty("chosen");
});

test("keys spread over all instances", async () => {
  const chosen = await Promise.all(Array.from({ length: 60 }, async (_, index) => (await find(`&key=customer-${index}`)).chosen));
  expect(new Set(chosen).size).toBe(ids.length);
});

test("the order of a key is paged without repeating or losing one", async () => {
  const all = (await find("&key=a")).items.map(({ id }) => id);
  const paged: string[] = [];
  let cursor = "";
  do {
    const page = await find(`&key=a&limit=2${cursor}`);
    expect(page.chosen).toBe(all[0]);
    paged.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor === undefined ? "" : `&cursor=${page.nextCursor}`;
  } while (cursor !== "");
  expect(paged).toEqual(all);
});

test("when the instance of a key goes, the next in its order takes over, and no other key moves", async () => {
  const keys = Array.from({ length: 40 }, (_, index) => `order-${index}`);
  const before = await Promise.all(keys.map(async (key) => (await find(`&key=${key}`)).items.map(({ id }) => id)));
  const gone = before[0]?.[0] ?? "";
  await api.send("DELETE", `/api/v1/instances/${gone}`);
  const after = await Promise.all(keys.map(async (key) => (await find(`&key=${key}`)).chosen));
  expect(after).toEqual(before.map((order) => order.find((id) => id !== gone)));
});

test("a key that finds nothing says so, and an empty key is refused", async () => {
  expect((await api.send("GET", "/api/v1/discovery/payments?range=^9.0.0&key=a")).body).toMatchObject({ items: [], chosen: null });
  expect((await api.send("GET", "/api/v1/discovery/payments?key=")).status).toBe(422);
});
