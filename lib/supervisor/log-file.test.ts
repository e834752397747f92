import { mkdtempSync, readdirSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createEcho } from "./echo.ts";
import { createLineSplitter } from "./line-splitter.ts";
import { openLogFile } from "./log-file.ts";

test("a log never takes more than twice its limit and keeps the newest lines", () => {
  const folder = mkdtempSync(join(tmpdir(), "interlock-log-"));
  const log = openLogFile(join(folder, "engine.log"), { bytesMax: 1_000 });
  for (let line = 0; line < 500; line++) log.write(`line ${line}`);
  log.close();
  expect(readdirSync(folder).toSorted()).toEqual(["engine.log", "engine.log.1"]);
  expect(statSync(join(folder, "engine.log")).size + statSync(join(folder, "engine.log.1")).size).toBeLessThan(2_200);
  expect(readFileSync(join(folder, "engine.log"), "utf8")).toContain("line 499");
  expect(log.lost()).toBe(0);
});

test("a write that fails is counted, not thrown", () => {
  const folder = mkdtempSync(join(tmpdir(), "interlock-log-"));
  const log = openLogFile(join(folder, "engine.log"));
  log.close();
  log.write("too late");
  expect(log.lost()).toBe(1);
});

test("lines come out whole wherever the chunks are cut", () => {
  const bytes = Buffer.from("größer\r\nzwei\ndrei");
  for (let cut = 0; cut <= bytes.length; cut++) {
    const lines: string[] = [];
    const splitter = createLineSplitter((line) => lines.push(line));
    splitter.push(bytes.subarray(0, cut));
    splitter.push(bytes.subarray(cut));
    splitter.end();
    expect(lines, `cut at ${cut}`).toEqual(["größer", "zwei", "drei"]);
  }
});

test("a line without an end is cut, not kept without bound", () => {
  const lines: string[] = [];
  const splitter = createLineSplitter((line) => lines.push(line));
  splitter.push(Buffer.alloc(20_000, "x"));
  expect(lines.map((line) => line.length)).toEqual([8_192, 8_192]);
});

test("a child that floods the terminal is quoted in part and counted", () => {
  const said: string[] = [];
  let nowMs = 0;
  const echo = createEcho(
    (line) => said.push(line),
    () => nowMs,
  );
  for (let line = 0; line < 100; line++) echo(`error ${line}`);
  expect(said).toHaveLength(30);
  nowMs = 10_000;
  echo("later");
  expect(said.slice(30)).toEqual(["… 70 more lines in the log file", "later"]);
});
