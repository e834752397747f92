import { describe, expect, test } from "vitest";
import { weightSince } from "./weight-since.ts";

const AT = (minute: number) => `2026-05-01T03:${String(minute).padStart(2, "0")}:00.000Z`;

const change = (seq: number, before: unknown, after: unknown, subject = "payments") => ({
  id: `chg-${seq}`,
  at: AT(seq),
  author: `author-${seq}`,
  subject,
  before,
  after,
  services: ["payments"],
});

const since = (seq: number) => ({ kind: "since", at: AT(seq), author: `author-${seq}`, changeId: `chg-${seq}` });

describe("since when a version has weight", () => {
  const first = change(3, { "2.3.0": 10_000 }, { "2.3.0": 9500, "3.0.0": 500 });
  const more = change(5, { "2.3.0": 9500, "3.0.0": 500 }, { "2.3.0": 5000, "3.0.0": 5000 });

  test("is the change that gave it its first weight, not the last one that moved it", () => {
    expect(weightSince("payments", "3.0.0", [more, first], true)).toEqual(since(3));
  });

  test("starts anew after a time without weight", () => {
    const back = change(6, more.after, { "2.3.0": 10_000 });
    const again = change(9, { "2.3.0": 10_000 }, { "2.3.0": 9000, "3.0.0": 1000 });
    expect(weightSince("payments", "3.0.0", [again, back, more, first], true)).toEqual(since(9));
  });

  test("is found in a change of many things", () => {
    const set = change(
      4,
      { payments: { "2.3.0": 10_000 }, cart: null },
      { payments: { "3.0.0": 10_000 }, cart: { "1.0.0": 10_000 } },
      "payments, cart",
    );
    expect(weightSince("payments", "3.0.0", [set], true)).toEqual(since(4));
  });

  test("is the registration of a first version", () => {
    const registered = change(1, null, { requirements: {} }, "payments@2.3.0");
    expect(weightSince("payments", "2.3.0", [more, first, registered], true)).toEqual(since(1));
  });

  test("passes over changes of other things", () => {
    const routes = change(7, { rules: [] }, { rules: [{ matches: [{}] }] });
    const details = change(6, { requirements: {} }, { requirements: { cart: "^1" } }, "payments@3.0.0");
    const elsewhere = { ...change(8, { "3.0.0": 10_000 }, { "1.0.0": 10_000 }, "cart"), services: ["cart"] };
    expect(weightSince("payments", "3.0.0", [elsewhere, routes, details, more, first], true)).toEqual(since(3));
  });

  test("is only known to be longer where the changes that were read end", () => {
    expect(weightSince("payments", "2.3.0", [more, first], false)).toEqual({ kind: "longer", at: AT(3) });
  });

  test("is not guessed", () => {
    expect(weightSince("payments", "2.3.0", [more, first], true)).toEqual({ kind: "unknown" });
    expect(weightSince("payments", "3.0.0", [change(6, more.after, { "2.3.0": 10_000 }), more, first], true)).toEqual({ kind: "unknown" });
    expect(weightSince("payments", "3.0.0", [], false)).toEqual({ kind: "unknown" });
  });
});
