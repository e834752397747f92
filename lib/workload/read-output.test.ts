import { appendFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createFakeClock } from "../testing/index.ts";
import { nodeOfOutput, outputPath } from "./agent-memory.ts";
import { nextLookMs, trimOutput } from "./output-file.ts";
import { followOutput, lastLineOf, readTail } from "./read-output.ts";

let dir: string;
let path: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "interlock-output-"));
  path = join(dir, "output.log");
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

const numbered = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `line ${from + index}`);
const print = (lines: readonly string[]) => appendFileSync(path, lines.map((line) => `${line}\n`).join(""));

describe("the last lines of a program", () => {
  test("are none where it printed nothing", () => {
    expect([readTail(path, 10), lastLineOf(path)]).toEqual([{ lines: [], isCut: false }, null]);
  });

  test("are as many as wanted, and say whether there were more", () => {
    print(numbered(0, 5));
    expect(readTail(path, 10)).toEqual({ lines: numbered(0, 5), isCut: false });
    expect(readTail(path, 2)).toEqual({ lines: numbered(3, 5), isCut: true });
  });

  test("go on over the moment at which its file was cut", () => {
    print(numbered(0, 100));
    trimOutput(path, 500);
    print(numbered(100, 103));
    const { isCut, lines } = readTail(path, 20);
    expect([lines, isCut]).toEqual([numbered(83, 103), true]);
  });

  test("say what was printed faster than it is kept", () => {
    print(numbered(0, 1_000));
    trimOutput(path, 500);
    expect(readTail(`${path}.1`, 1_000).lines[0]).toMatch(/^\[interlock\] \d+ bytes before this were printed faster/);
  });

  test("have a bounded length, whatever it prints", () => {
    writeFileSync(path, "x".repeat(100_000));
    expect([readTail(path, 10).lines.map(({ length }) => length), lastLineOf(path)?.length]).toEqual([[4_096], 300]);
  });
});

describe("the output of a process that has ended", () => {
  test("is found by its assignment, whatever it is called, and nothing else is", () => {
    const file = outputPath(dir, "node-b", "run-1");
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, "");
    const names = ["run-1", "run-2", "..", "../node-b/run-1", ""];
    expect(names.map((name) => nodeOfOutput(dir, name))).toEqual(["node-b", undefined, undefined, undefined, undefined]);
    expect(nodeOfOutput(join(dir, "none"), "run-1")).toBeUndefined();
  });
});

describe("looking at what a program prints", () => {
  test("is seldom while it prints little or nothing, and often while it floods or was just cut", () => {
    const calm = nextLookMs(0, { size: 0, isCut: false });
    expect([nextLookMs(5, { size: 9, isCut: false }), nextLookMs(900_000, { size: 0, isCut: false })]).toEqual([calm, calm]);
    const flood = nextLookMs(0, { size: 500_000, isCut: false });
    print(["x".repeat(600)]);
    expect([flood < calm, nextLookMs(0, trimOutput(path, 500))]).toEqual([true, flood]);
  });
});

describe("following a program", () => {
  function follow() {
    const clock = createFakeClock();
    const told: { readonly lines: readonly string[]; readonly skipped: number }[] = [];
    const stop = followOutput(path, clock, (lines, skipped) => told.push({ lines, skipped }));
    return { told, stop, look: () => clock.advance(250) };
  }

  test("tells whole lines as they come, and nothing of before", () => {
    print(["before"]);
    const { look, told } = follow();
    appendFileSync(path, "one\ntw");
    look();
    appendFileSync(path, "o\n");
    look();
    look();
    expect(told).toEqual([
      { lines: ["one"], skipped: 0 },
      { lines: ["two"], skipped: 0 },
    ]);
  });

  test("goes on at the beginning of a file that was emptied", () => {
    print(numbered(0, 10));
    const { look, told } = follow();
    truncateSync(path, 0);
    print(["after"]);
    look();
    look();
    expect(told).toEqual([{ lines: ["after"], skipped: 0 }]);
  });

  test("loses nothing at a cut that keeps what it has not seen", () => {
    const { look, told } = follow();
    print(numbered(0, 5));
    look();
    print(numbered(5, 8));
    trimOutput(path, 40);
    print(["after"]);
    look();
    expect(told).toEqual([
      { lines: numbered(0, 5), skipped: 0 },
      { lines: [...numbered(5, 8), "after"], skipped: 0 },
    ]);
  });

  test("tells what was printed between its last look and a cut, whole lines, none twice", () => {
    print(numbered(0, 10));
    const { look, told } = follow();
    for (let round = 0; round < 4; round++) {
      print(numbered(10 + 30 * round, 30 + 30 * round));
      appendFileSync(path, `line ${30 + 30 * round}`);
      if (round % 2 === 0) look();
      trimOutput(path, 60);
      appendFileSync(path, "\n");
      print(numbered(31 + 30 * round, 40 + 30 * round));
      look();
    }
    const lost = told.reduce((sum, { skipped }) => sum + skipped, 0);
    const lines = told.flatMap((each) => each.lines);
    expect(lines.slice(-10)).toEqual(numbered(120, 130));
    expect(new Set(lines).size).toBe(lines.length);
    // Where it looked before the cut nothing is lost; else only what the cut did not keep, and that is told.
    const printed = numbered(10, 130).map((line) => line.length + 1);
    const seen = lines.reduce((sum, line) => sum + line.length + 1, 0);
    expect([lost > 0, seen + lost >= printed.reduce((sum, each) => sum + each, 0) - 20]).toEqual([true, true]);
  });

  test("skips what comes too fast, says how much, and ends when asked", () => {
    const { look, stop, told } = follow();
    appendFileSync(path, "y".repeat(200_000));
    print(["", "last"]);
    look();
    expect([told[0]?.skipped, told[0]?.lines.at(-1)]).toEqual([200_006 - 65_536, "last"]);
    stop();
    print(["more"]);
    look();
    expect(told).toHaveLength(1);
  });
});
