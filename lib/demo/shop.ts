import type { IncomingHttpHeaders } from "node:http";
import type { MeshCall } from "./mesh-call.ts";

/** One request as a handler sees it. */
export interface ShopRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly headers: IncomingHttpHeaders;
}

/** What a handler answers. */
export interface ShopAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Everything one instance knows of itself. */
export interface ShopContext {
  readonly service: string;
  readonly version: string;
  readonly call: MeshCall;
}

/** The work of one service. */
export type ShopHandler = (request: ShopRequest, context: ShopContext) => Promise<ShopAnswer>;

interface Product {
  readonly id: number;
  readonly name: string;
  readonly priceCents: number;
  readonly vector: readonly number[];
}

const ADJECTIVES = ["quiet", "bright", "sturdy", "light", "warm", "plain", "deep", "quick"];
const NOUNS = ["lamp", "kettle", "chair", "clock", "desk", "radio", "mug", "scarf", "tray", "stool"];

const PRODUCTS: readonly Product[] = Array.from({ length: 240 }, (_, id) => ({
  id,
  name: `${ADJECTIVES[id % ADJECTIVES.length]} ${NOUNS[(id * 7) % NOUNS.length]}`,
  priceCents: 900 + ((id * 137) % 9000),
  vector: Array.from({ length: 16 }, (_unused, axis) => Math.sin(id * 0.7 + axis * 1.3)),
}));

const answer = (body: unknown, status = 200): ShopAnswer => ({ status, body });

function productId(request: ShopRequest): number {
  const id = Number(request.query.get("id") ?? "0");
  return Number.isInteger(id) && id >= 0 ? id % PRODUCTS.length : 0;
}

/** Fails a handler when a call it depends on failed. */
function required(reply: ShopAnswer, service: string): unknown {
  if (reply.status >= 400) throw new ShopFailure(`${service} answered ${reply.status}`);
  return reply.body;
}

/** A dependency failed: the service answers 502 and says which. */
export class ShopFailure extends Error {
  override readonly name = "ShopFailure";
}

const storefront: ShopHandler = async (request, { call }) => {
  const chain = request.headers;
  if (request.path === "/search") return call("search", `/search?q=${encodeURIComponent(request.query.get("q") ?? "lamp")}`, { chain });
  if (request.path === "/cart" || request.path === "/checkout") {
    return call("cart", request.path === "/cart" ? "/items" : "/checkout", { method: "POST", body: request.body, chain });
  }
  const path = request.path === "/product" ? `/products?id=${productId(request)}` : "/products";
  const [products, recommended, user] = await Promise.all([
    call("catalog", path, { chain }),
    // A page without recommendations is still a page.
    call("recommendations", `/recommendations?id=${productId(request)}`, { chain }).catch(() => null),
    request.headers.cookie === undefined ? null : call("users", "/me", { chain }),
  ]);
  return answer({
    products: required(products, "catalog"),
    recommended: recommended?.status === 200 ? recommended.body : [],
    user: user?.body ?? null,
  });
};

const catalog: ShopHandler = async (request, { call }) => {
  const stock = required(await call("inventory", `/stock?id=${productId(request)}`, { chain: request.headers }), "inventory");
  const page = PRODUCTS.filter((product) => product.id % 12 === productId(request) % 12).map(({ vector: _vector, ...product }) => product);
  return answer({ page, stock });
};

const search: ShopHandler = async (request, { call }) => {
  const terms = (request.query.get("q") ?? "").toLowerCase().split(/\s+/);
  const scored = PRODUCTS.map((product) => ({ product, score: terms.filter((term) => product.name.includes(term)).length }));
  const best = scored.sort((left, right) => right.score - left.score).slice(0, 10);
  const stock = required(await call("inventory", `/stock?id=${best[0]?.product.id ?? 0}`, { chain: request.headers }), "inventory");
  return answer({ results: best.map(({ product }) => product.name), stock });
};

const recommendations: ShopHandler = async (request, { call }) => {
  const wanted = PRODUCTS[productId(request)]?.vector ?? [];
  const similarity = (product: Product) => product.vector.reduce((sum, value, axis) => sum + value * (wanted[axis] ?? 0), 0);
  const nearest = PRODUCTS.map((product) => ({ id: product.id, similarity: similarity(product) })).sort(
    (a, b) => b.similarity - a.similarity,
  );
  // Every third answer refreshes prices.
  if (productId(request) % 3 === 0) await call("catalog", `/products?id=${nearest[1]?.id ?? 0}`, { chain: request.headers });
  return answer(nearest.slice(0, 6));
};

const cart: ShopHandler = async (request, { call }) => {
  const chain = request.headers;
  required(await call("inventory", `/stock?id=${productId(request)}`, { chain }), "inventory");
  if (request.path !== "/checkout") return answer({ items: 1 }, 201);
  return answer(required(await call("checkout", "/orders", { method: "POST", body: request.body, chain }), "checkout"), 201);
};

const users: ShopHandler = async (request, { call }) => {
  const unread = required(await call("notifications", "/unread", { chain: request.headers }), "notifications");
  return answer({ name: "Ada", unread });
};

const inventory: ShopHandler = async (request) => answer({ id: productId(request), inStock: (productId(request) * 31) % 50 });

/** 1.x sends the amount in cents; 2.x sends what the service on the other side reads. */
const checkout: ShopHandler = async (request, { call, version }) => {
  const chain = request.headers;
  const amountCents = 1000 + (Number((request.body as { id?: number } | null)?.id ?? 0) % 5000);
  const charge = version.startsWith("1.") ? { amountCents } : { amountCents, amount: { value: amountCents / 100, currency: "EUR" } };
  const paid = required(await call("payments", "/charges", { method: "POST", body: charge, chain }), "payments");
  const [shipment] = await Promise.all([
    call("shipping", "/shipments", { method: "POST", body: { weightGrams: amountCents % 900 }, chain }),
    call("notifications", "/messages", { method: "POST", body: { kind: "order" }, chain }),
  ]);
  return answer({ paid, shipment: required(shipment, "shipping") }, 201);
};

/** 2.x reads `amountCents`; 3.x reads `amount {value, currency}` only, which is why it breaks callers of 2.x. */
const payments: ShopHandler = async (request, { call, version }) => {
  const body = (request.body ?? {}) as { amountCents?: number; amount?: { value?: number } };
  const cents = version.startsWith("3.") ? Math.round((body.amount?.value ?? Number.NaN) * 100) : body.amountCents;
  if (cents === undefined || Number.isNaN(cents)) return answer({ error: "amount is missing" }, 500);
  const risk = required(await call("fraud", `/score?cents=${cents}`, { chain: request.headers }), "fraud");
  return answer({ charged: cents, risk }, 201);
};

const fraud: ShopHandler = async (request) => {
  let hash = 0x811c9dc5;
  for (const letter of request.query.get("cents") ?? "") hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
  return answer({ score: ((hash >>> 0) % 1000) / 1000 });
};

const shipping: ShopHandler = async (request) =>
  answer({ parcels: Math.ceil(Number((request.body as { weightGrams?: number } | null)?.weightGrams ?? 1) / 500) }, 201);

const notifications: ShopHandler = async (request) =>
  answer(request.method === "POST" ? { queued: true } : { unread: 3 }, request.method === "POST" ? 202 : 200);

/** The handler of every service of the demo. */
export const SHOP: ReadonlyMap<string, ShopHandler> = new Map(
  Object.entries({
    storefront,
    catalog,
    search,
    recommendations,
    cart,
    users,
    inventory,
    checkout,
    payments,
    fraud,
    shipping,
    notifications,
  }),
);
