import { describe, expect, test } from "vitest";
import { narrow } from "./known-space.ts";
import { type Pins, parsePins } from "./pins.ts";
import { shopSpace } from "./shop-space.fixture.ts";
import { type CellState, sentences, spaceCells, type VersionSpace } from "./space-cells.ts";

type Versions = VersionSpace["services"][number]["versions"];

function answer(services: Readonly<Record<string, Versions>>, newest: VersionSpace["newest"]): VersionSpace {
  return {
    services: Object.entries(services).map(([name, versions]) => ({ name, versions })),
    newest,
    oldest: newest,
    count: { lower: "1", upper: "1", exact: "1" },
    tooWide: [],
    settled: true,
    why: [],
    counterfactual: null,
  };
}

const version = (text: string, feasible: boolean, reason?: string): Versions[number] => ({
  version: text,
  feasible,
  live: false,
  share: 0.5,
  ...(reason !== undefined && { reason }),
});

const BASE = answer(
  {
    checkout: [version("1.4.0", true), version("2.0.0", true)],
    payments: [version("2.1.0", false, "No version of fraud fits."), version("2.3.0", true), version("3.0.0", true)],
  },
  { checkout: "2.0.0", payments: "3.0.0" },
);
const PINNED = answer(
  {
    checkout: [version("1.4.0", false, "You pinned payments 3.0.0. checkout 1.4.0 requires payments ^2.1.0."), version("2.0.0", true)],
    payments: [version("2.1.0", false, "payments is pinned to 3.0.0."), version("2.3.0", false), version("3.0.0", true)],
  },
  { checkout: "2.0.0", payments: "3.0.0" },
);

function states(asked: VersionSpace | null, pins: Pins, isLocal = false): Readonly<Record<string, CellState>> {
  const { cells } = spaceCells({ base: BASE, asked, local: isLocal ? narrow(shopSpace(), pins) : null, pins, mark: null });
  return Object.fromEntries([...cells].map(([key, { state }]) => [key, state]));
}

const EXPECTED = {
  "checkout@1.4.0": "by-pin",
  "checkout@2.0.0": "possible",
  "payments@2.1.0": "anyway",
  "payments@2.3.0": "set-aside",
  "payments@3.0.0": "pinned",
};

describe("what a version is", () => {
  const pins = parsePins(["payments@3.0.0"]);

  test("ruled out by the pin and ruled out anyway are told apart", () => {
    expect(states(PINNED, pins)).toEqual(EXPECTED);
  });

  test("the browser's own answer gives the same picture before the engine's has come", () => {
    expect(states(null, pins, true)).toEqual(EXPECTED);
  });

  test("pins that contradict each other are in conflict, and everything else is set aside", () => {
    const both = parsePins(["payments@3.0.0", "checkout@1.4.0"]);
    expect(states(answer({ ...Object.fromEntries(PINNED.services.map((each) => [each.name, each.versions])) }, null), both)).toEqual({
      "checkout@1.4.0": "conflict",
      "checkout@2.0.0": "set-aside",
      "payments@2.1.0": "anyway",
      "payments@2.3.0": "set-aside",
      "payments@3.0.0": "conflict",
    });
  });

  test("reasons are told sentence by sentence, and only of what is ruled out", () => {
    const { cells } = spaceCells({ base: BASE, asked: PINNED, local: null, pins, mark: null });
    expect(cells.get("checkout@1.4.0")?.reasons).toEqual(["You pinned payments 3.0.0.", "checkout 1.4.0 requires payments ^2.1.0."]);
    expect(cells.get("payments@2.3.0")?.reasons).toEqual([]);
  });

  test("a mark is on one version of each service", () => {
    const { cells } = spaceCells({ base: BASE, asked: PINNED, local: null, pins, mark: "newest" });
    expect([...cells.values()].flatMap((cell) => (cell.isMarked ? [cell.version] : []))).toEqual(["2.0.0", "3.0.0"]);
  });

  test("shares are not told while they are those of other pins", () => {
    const { cells } = spaceCells({ base: BASE, asked: null, local: null, pins, mark: null });
    expect([...cells.values()].every(({ share }) => share === null)).toBe(true);
  });
});

test("a sentence ends at a full stop before a space, so versions stay whole", () => {
  expect(sentences("checkout 1.4.0 requires payments ^2.1.0. So it must be 2.0.0.")).toEqual([
    "checkout 1.4.0 requires payments ^2.1.0.",
    "So it must be 2.0.0.",
  ]);
  expect(sentences("")).toEqual([]);
});
