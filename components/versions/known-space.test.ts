import { describe, expect, test } from "vitest";
import { operatorVeto } from "@/components/compatibility/operator-veto.fixture.ts";
import { knownSpace, movesFor, narrow } from "./known-space.ts";
import { parsePins } from "./pins.ts";
import { SHOP, shopSpace } from "./shop-space.fixture.ts";

describe("what the browser makes of pins", () => {
  test("a pin rules out what cannot meet it", () => {
    const left = narrow(shopSpace(), parsePins(["payments@3.0.0"]));
    expect(left?.isPossible({ service: "checkout", version: "1.4.0" })).toBe(false);
    expect(left?.isPossible({ service: "checkout", version: "2.0.0" })).toBe(true);
  });

  test("pins that contradict each other leave nothing", () => {
    const left = narrow(shopSpace(), parsePins(["payments@3.0.0", "checkout@1.4.0"]));
    expect(left?.isConsistent).toBe(false);
    expect(left?.isPossible({ service: "fraud", version: "0.9.0" })).toBe(false);
  });

  test("a version is ruled out without pins where nothing fits it", () => {
    const left = narrow(shopSpace(), new Map());
    expect(left?.isPossible({ service: "payments", version: "2.1.0" })).toBe(false);
    expect(left?.isPossible({ service: "payments", version: "2.3.0" })).toBe(true);
  });

  test("a veto counts like any other fact", () => {
    const veto = operatorVeto("2.0.0", "3.0.0", "wrong amounts");
    const known = knownSpace({ mesh: { services: SHOP, facts: [veto] }, calls: [], nowIso: "2026-11-21T03:12:00.000Z", onlyReady: false });
    expect(narrow(known, parsePins(["payments@3.0.0"]))?.isConsistent).toBe(false);
  });

  test("with ready versions only the others are out, and a pin on one is left to the engine", () => {
    expect(narrow(shopSpace(true), parsePins(["payments@2.1.0"]))).toBeNull();
  });

  test("a pin on what is not registered is left to the engine", () => {
    expect(narrow(shopSpace(), parsePins(["nope@1.0.0"]))).toBeNull();
    expect(narrow(shopSpace(), parsePins(["payments@9.0.0"]))).toBeNull();
  });
});

describe("what would make a version possible", () => {
  test("the pin in its way is moved, to the newest version that works with it", () => {
    const pins = parsePins(["payments@3.0.0", "fraud@0.10.0"]);
    expect(movesFor(shopSpace(), pins, { service: "checkout", version: "1.4.0" })).toEqual([
      { service: "payments", from: "3.0.0", to: "2.3.0" },
    ]);
  });

  test("a pin of its own service is not in its way", () => {
    expect(movesFor(shopSpace(), parsePins(["checkout@2.0.0"]), { service: "checkout", version: "1.4.0" })).toEqual([]);
  });

  test("nothing helps a version that fits nothing", () => {
    expect(movesFor(shopSpace(), parsePins(["checkout@2.0.0"]), { service: "payments", version: "2.1.0" })).toBeNull();
  });
});
