import { describe, expect, test } from "vitest";
import { parsePins, pinTexts, targetOf, togglePin } from "./pins.ts";

describe("pins in the address", () => {
  test("read back as they were written, in their order", () => {
    const texts = ["payments@3.0.0", "checkout@2.0.0-rc.1"];
    expect(pinTexts(parsePins(texts))).toEqual(texts);
  });

  test("the last one of a service counts", () => {
    expect(pinTexts(parsePins(["payments@3.0.0", "checkout@2.0.0", "payments@2.3.0"]))).toEqual(["checkout@2.0.0", "payments@2.3.0"]);
  });

  test.each(["", "payments", "payments@", "@3.0.0"])("%j pins nothing", (text) => {
    expect(parsePins([text]).size).toBe(0);
  });
});

describe("pinning", () => {
  const pins = parsePins(["payments@3.0.0"]);

  test("another version of the service takes the place of the pinned one", () => {
    expect(pinTexts(togglePin(pins, { service: "payments", version: "2.3.0" }))).toEqual(["payments@2.3.0"]);
  });

  test("the pinned version is let go", () => {
    expect(togglePin(pins, { service: "payments", version: "3.0.0" }).size).toBe(0);
  });
});

describe("the target of a plan", () => {
  const services = [
    { name: "payments", versions: [live("2.3.0"), idle("3.0.0")] },
    { name: "catalog", versions: [live("2.4.1"), live("2.5.0")] },
    { name: "idle", versions: [idle("1.0.0")] },
  ];

  test("is empty where everything chosen is live already, alone", () => {
    expect(targetOf([["payments", "2.3.0"]], services)).toEqual({});
  });

  test("holds what is pinned where it is, once something else has to move", () => {
    const chosen = [
      ["payments", "2.3.0"],
      ["catalog", "2.5.0"],
    ] as const;
    expect(targetOf(chosen, services)).toEqual({ payments: "2.3.0", catalog: "2.5.0" });
  });

  test("has a version that shares the traffic of its service", () => {
    expect(targetOf([["catalog", "2.5.0"]], services)).toEqual({ catalog: "2.5.0" });
  });

  test("leaves out services that take no requests, and those that are not known", () => {
    const chosen = [
      ["idle", "1.0.0"],
      ["nope", "1.0.0"],
      ["payments", "3.0.0"],
    ] as const;
    expect(targetOf(chosen, services)).toEqual({ payments: "3.0.0" });
  });
});

function live(version: string) {
  return { version, live: true };
}

function idle(version: string) {
  return { version, live: false };
}
