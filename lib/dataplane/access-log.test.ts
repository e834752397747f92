import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { TapEntry } from "../model/index.ts";
import { createXorshift } from "../std/index.ts";
import { createFakeClock } from "../testing/index.ts";
import { type AccessLogLine, type AccessLogMode, parseAccessLogMode, type RequestEntry, RequestLog, SAMPLE_EVERY } from "./access-log.ts";
import { AccessLogFile } from "./access-log-file.ts";
import { ENTRIES_PER_SECOND_MAX, ProxyTaps, type TapMessage } from "./tap.ts";
import { passesTap } from "./tap-filter.ts";

const plain: RequestEntry = {
  side: "caller",
  caller: { service: "ingress", version: null },
  callee: { service: "payments", version: "2.1.0" },
  instance: "payments-2.1.0-a",
  method: "GET",
  host: "payments.mesh",
  path: "/pay/17?card=4111",
  status: 200,
  code: null,
  rule: null,
  durationMs: 12.5,
  bytesIn: 100,
  bytesOut: 200,
  attempts: 1,
  encrypted: true,
  mirror: false,
  traceId: null,
};
const entry: TapEntry = { ...plain, atMs: 1, proxy: "node-a", path: "/pay/17" };

function logIn(mode: AccessLogMode) {
  const lines: AccessLogLine[] = [];
  const traced: TapEntry[] = [];
  const clock = createFakeClock();
  const taps = new ProxyTaps(clock);
  const write = (line: AccessLogLine) => void lines.push(line);
  const onTraced = (each: TapEntry) => void traced.push(each);
  const log = new RequestLog({ proxy: "node-a", mode, clock, random: createXorshift(3), write, watcher: taps, onTraced });
  const ended = (request: Partial<RequestEntry> = {}) => {
    const whole = { ...plain, ...request };
    if (log.wants(whole.status, whole.code)) log.end(whole);
  };
  return { clock, ended, lines, log, taps, traced };
}

describe("the access log", () => {
  test("has every error and every coded answer, and a sample of the rest whose rate adds up to all of them", () => {
    const { ended, lines } = logIn("sampled");
    for (let request = 0; request < 100_000; request++) ended();
    for (let request = 0; request < 50; request++) ended({ status: 500 });
    for (let request = 0; request < 30; request++) ended({ status: 403, code: "authorization.denied" });
    for (let request = 0; request < 20; request++) ended({ status: 0 });
    const sum = (of: (line: AccessLogLine) => boolean) => lines.filter(of).reduce((total, { sampled }) => total + sampled, 0);
    expect(sum(({ status }) => status === 500)).toBe(50);
    expect(sum(({ code }) => code === "authorization.denied")).toBe(30);
    expect(sum(({ status }) => status === 0)).toBe(20);
    expect(lines.filter(({ status }) => status === 200).every(({ sampled }) => sampled === SAMPLE_EVERY)).toBe(true);
    expect(Math.abs(sum(({ status }) => status === 200) - 100_000)).toBeLessThan(10_000);
  });

  test.each([
    ["all", 3],
    ["errors", 1],
    ["off", 0],
  ] as const)("in mode %s has %i of two plain answers and an error", (mode, count) => {
    const { ended, lines } = logIn(mode);
    ended();
    ended();
    ended({ status: 502, code: "upstream.reset" });
    expect(lines.map(({ sampled }) => sampled)).toEqual(Array.from({ length: count }, () => 1));
  });

  test("never has a query, which may carry secrets", () => {
    const { ended, lines } = logIn("all");
    ended();
    ended({ path: "/a#b" });
    ended({ path: `/${"x".repeat(9_000)}` });
    expect(lines.map(({ path }) => path.slice(0, 8))).toEqual(["/pay/17", "/a", "/xxxxxxx"]);
    expect(Math.max(...lines.map(({ path }) => path.length))).toBe(2_048);
  });

  test("hands traced requests on for exemplars even when it is off", () => {
    const { ended, traced } = logIn("off");
    for (let request = 0; request < 5_000; request++) ended({ traceId: "4bf92f3577b34da6a3ce929d0e0e4736" });
    expect(traced.length).toBeGreaterThan(10);
    expect(traced.length).toBeLessThan(200);
  });

  test("takes its mode from the environment, and names what it knows where it does not know one", () => {
    expect(parseAccessLogMode(undefined)).toEqual({ ok: true, value: "sampled" });
    expect(parseAccessLogMode("errors")).toEqual({ ok: true, value: "errors" });
    expect(parseAccessLogMode("some")).toMatchObject({ ok: false, error: expect.stringContaining("sampled, all, errors, off") });
  });
});

describe("a tap", () => {
  test("gets what fits its filter, and nothing is gathered once nobody watches", () => {
    const { clock, ended, taps } = logIn("off");
    const sent: TapMessage[] = [];
    taps.sendTo((message) => sent.push(message) > 0);
    taps.start("tap-1", { service: "payments", statusMin: 500 });
    ended();
    ended({ status: 503, code: "upstream.connect-failure" });
    clock.advance(200);
    expect(sent).toMatchObject([{ kind: "tap", tapId: "tap-1", dropped: 0, entries: [{ status: 503, proxy: "node-a" }] }]);
    taps.stop("tap-1");
    expect(taps.isWatched).toBe(false);
    ended({ status: 503 });
    clock.advance(1_000);
    expect(sent).toHaveLength(1);
  });

  test("is bounded in rate, and says how many are missing", () => {
    const { clock, ended, taps } = logIn("off");
    const sent: TapMessage[] = [];
    taps.sendTo((message) => sent.push(message) > 0);
    taps.start("tap-1", {});
    for (let tick = 0; tick < 5; tick++) {
      for (let request = 0; request < 1_000; request++) ended();
      clock.advance(200);
    }
    const shown = sent.reduce((sum, { entries }) => sum + entries.length, 0);
    expect(shown).toBe(ENTRIES_PER_SECOND_MAX);
    expect(shown + sent.reduce((sum, { dropped }) => sum + dropped, 0)).toBe(5_000);
  });

  test("that the link does not take is dropped, counted, and told later", () => {
    const { clock, ended, taps } = logIn("off");
    const sent: TapMessage[] = [];
    let takes = false;
    taps.sendTo((message) => takes && sent.push(message) > 0);
    taps.start("tap-1", {});
    for (let request = 0; request < 7; request++) ended();
    clock.advance(200);
    takes = true;
    clock.advance(200);
    expect(sent).toMatchObject([{ entries: [], dropped: 7 }]);
  });

  test.each([
    [{ service: "payments" }, true],
    [{ service: "payments", version: "2.1.0", caller: "ingress", method: "GET", pathPrefix: "/pay", statusMin: 200, statusMax: 299 }, true],
    [{ service: "cart" }, false],
    [{ version: "2.2.0" }, false],
    [{ caller: "cart" }, false],
    [{ callerVersion: "1.0.0" }, false],
    [{ method: "POST" }, false],
    [{ pathPrefix: "/carts" }, false],
    [{ statusMin: 201 }, false],
    [{ statusMax: 199 }, false],
    [{ code: "upstream.reset" }, false],
    [{ minDurationMs: 12.5 }, true],
    [{ minDurationMs: 13 }, false],
  ])("with %j lets the request through: %s", (filter, passes) => {
    expect(passesTap(filter, entry)).toBe(passes);
  });
});

describe("the file of the access log", () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "interlock-access-"));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const line: AccessLogLine = { ...entry, sampled: 1 };

  test("has one JSON object per line", async () => {
    const file = new AccessLogFile({ path: join(dir, "access.log"), clock: createFakeClock(), log: () => {} });
    file.write(line);
    file.write({ ...line, path: "/a\nb\u2028" });
    await file.close();
    const lines = readFileSync(join(dir, "access.log"), "utf8").trimEnd().split("\n");
    expect(lines.map((text) => JSON.parse(text))).toEqual([line, { ...line, path: "/a\nb\u2028" }]);
  });

  test("is rotated, and the oldest go", async () => {
    const path = join(dir, "access.log");
    const file = new AccessLogFile({ path, clock: createFakeClock(), log: () => {}, fileBytesMax: 1_000 });
    for (let number = 0; number < 20; number++) {
      file.write({ ...line, path: `/${number}` });
      await file.flush();
    }
    await file.close();
    expect(readdirSync(dir).sort()).toEqual(["access.log", "access.log.1", "access.log.2", "access.log.3", "access.log.4"]);
    expect(readFileSync(path, "utf8")).toContain('"/19"');
    expect(readdirSync(dir).some((name) => readFileSync(join(dir, name), "utf8").includes('"/0"'))).toBe(false);
  });

  test("goes on in the file of an earlier process, within its size", async () => {
    const path = join(dir, "access.log");
    for (let life = 0; life < 4; life++) {
      const file = new AccessLogFile({ path, clock: createFakeClock(), log: () => {}, fileBytesMax: 1_000 });
      file.write(line);
      await file.close();
    }
    expect(readdirSync(dir).sort()).toEqual(["access.log", "access.log.1"]);
  });

  test("loses lines rather than memory, and says how many", async () => {
    const file = new AccessLogFile({ path: join(dir, "access.log"), clock: createFakeClock(), log: () => {}, bufferBytesMax: 2_000 });
    for (let number = 0; number < 100; number++) file.write(line);
    await file.close();
    const lines = readFileSync(join(dir, "access.log"), "utf8").trimEnd().split("\n");
    expect(lines.length - 1 + (JSON.parse(lines.at(-1) ?? "") as { dropped: number }).dropped).toBe(100);
  });

  test("that cannot be written is said once, and costs nothing else", async () => {
    const said: string[] = [];
    const file = new AccessLogFile({ path: join(dir, "missing", "access.log"), clock: createFakeClock(), log: (text) => said.push(text) });
    for (let number = 0; number < 3; number++) {
      file.write(line);
      await file.flush();
    }
    await file.close();
    expect(said).toHaveLength(1);
  });
});
