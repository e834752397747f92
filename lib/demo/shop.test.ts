import { describe, expect, test } from "vitest";
import { DEMO_SERVICES } from "./catalogue.ts";
import type { MeshCall } from "./mesh-call.ts";
import { SHOP, type ShopAnswer, ShopFailure } from "./shop.ts";

/** The shop in one process: a call goes straight to the handler of the version that is chosen here. */
function shopOf(versions: Readonly<Record<string, string>>) {
  const calls: string[] = [];
  const call =
    (caller: string): MeshCall =>
    async (service, path, options = {}) => {
      calls.push(`${caller} → ${service}`);
      const url = new URL(path, "http://demo.invalid");
      return answer(service, { method: options.method ?? "GET", path: url.pathname, query: url.searchParams, body: options.body ?? null });
    };
  async function answer(
    service: string,
    request: { method: string; path: string; query: URLSearchParams; body: unknown },
  ): Promise<ShopAnswer> {
    const handler = SHOP.get(service);
    if (handler === undefined) throw new Error(`no service ${service}`);
    try {
      return await handler(
        { ...request, headers: { cookie: "session=demo" } },
        { service, version: versions[service] ?? "1.0.0", call: call(service) },
      );
    } catch (error) {
      if (error instanceof ShopFailure) return { status: 502, body: null };
      throw error;
    }
  }
  return { answer, calls };
}

const order = { method: "POST", path: "/checkout", query: new URLSearchParams(), body: { id: 7 } };

describe("the shop", () => {
  test("every service of the catalogue has a handler, and no other", () => {
    expect([...SHOP.keys()].sort()).toEqual(DEMO_SERVICES.map(({ name }) => name).sort());
  });

  test("an order passes through cart, checkout, payments, fraud, shipping and notifications", async () => {
    const { answer, calls } = shopOf({ checkout: "1.4.0", payments: "2.3.0" });
    expect((await answer("storefront", order)).status).toBe(201);
    expect(calls).toEqual(
      expect.arrayContaining([
        "storefront → cart",
        "cart → checkout",
        "checkout → payments",
        "payments → fraud",
        "checkout → shipping",
        "checkout → notifications",
      ]),
    );
  });

  test.each([
    ["1.4.0", "2.3.0", 201],
    ["2.0.0", "2.3.0", 201],
    ["2.0.0", "3.0.0", 201],
    ["1.4.0", "3.0.0", 502],
  ])("checkout %s with payments %s answers %i, as their requirements say", async (checkout, payments, status) => {
    const { answer } = shopOf({ checkout, payments });
    expect((await answer("checkout", { ...order, path: "/orders" })).status).toBe(status);
  });

  test("services call only what they declare, but for users, whose pair with notifications is unproven on purpose", async () => {
    const { answer, calls } = shopOf({ checkout: "1.4.0", payments: "2.3.0" });
    for (const path of ["/", "/search", "/product", "/cart", "/checkout"]) {
      await answer("storefront", {
        method: path === "/cart" || path === "/checkout" ? "POST" : "GET",
        path,
        query: new URLSearchParams("id=3"),
        body: null,
      });
    }
    const declared = new Map(DEMO_SERVICES.map(({ name, versions }) => [name, new Set(Object.keys(versions[0]?.requirements ?? {}))]));
    const undeclared = calls.filter((line) => {
      const [caller = "", callee = ""] = line.split(" → ");
      return !declared.get(caller)?.has(callee);
    });
    expect(new Set(undeclared)).toEqual(new Set(["users → notifications"]));
  });
});
