import { type Random, randomBelow } from "../std/index.ts";

/** One user action: a single request to the storefront. */
export interface Journey {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: { readonly id: number };
  readonly signedIn: boolean;
}

const WORDS = ["lamp", "kettle", "warm", "quiet+chair", "radio", "deep+mug"];

/** Draws one action: 30 % home, 25 % search, 17 % product, 13 % into the cart, 15 % checkout. */
export function drawJourney(random: Random): Journey {
  const draw = randomBelow(random, 100);
  const id = randomBelow(random, 240);
  const signedIn = randomBelow(random, 100) < 30;
  if (draw < 30) return { method: "GET", path: "/", signedIn };
  if (draw < 55) return { method: "GET", path: `/search?q=${WORDS[id % WORDS.length]}`, signedIn };
  if (draw < 72) return { method: "GET", path: `/product?id=${id}`, signedIn };
  return { method: "POST", path: draw < 85 ? "/cart" : "/checkout", body: { id }, signedIn };
}
