import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { SnapshotDelta, SnapshotService, Weights } from "../model/index.ts";
import { httpInstance, openTestMesh, snapshotWith, type TestInstance, type TestMesh, tally } from "./test-mesh.fixture.ts";

const VERSIONS = ["1.0.0", "1.1.0", "2.0.0"];

let mesh: TestMesh;
let instances: TestInstance[];

beforeEach(async () => {
  mesh = await openTestMesh();
  instances = [];
  for (const version of VERSIONS) {
    const server = httpInstance((request, response) => void request.resume().on("end", () => response.end(version)));
    instances.push({ service: "a", version, port: await mesh.serve(server) });
  }
});

afterEach(() => mesh.close());

function shift(version: number, weights: Weights): void {
  expect(mesh.proxy.applySnapshot(snapshotWith(instances, { version, weights: { a: weights } })).ok).toBe(true);
}

/** Sends `count` requests one after another on one connection; the versions that answered. */
async function ask(count: number, request = "GET / HTTP/1.1\r\nHost: a.mesh\r\n\r\n"): Promise<string[]> {
  const caller = await mesh.dial();
  const answers: string[] = [];
  for (let done = 0; done < count; done++) {
    const before = caller.received.length;
    caller.send(request);
    await caller.until(/content-length: 5\r\n\r\n[0-9.]{5}/, before);
    answers.push(caller.received.slice(-5));
  }
  caller.socket.destroy();
  return answers;
}

describe("a split", () => {
  test("is followed within two points of 10 000 requests, and weight 0 gets nothing at all", async () => {
    shift(1, { "1.0.0": 7_500, "1.1.0": 2_500 });
    const answers = (await Promise.all(Array.from({ length: 50 }, () => ask(200)))).flat();
    const share = answers.filter((version) => version === "1.1.0").length / answers.length;
    expect(Math.abs(share - 0.25)).toBeLessThan(0.02);
    expect(answers.filter((version) => version === "2.0.0")).toEqual([]);
    expect(tally(mesh.proxy)).toMatchObject({ requests: 10_000, failed: 0, aborted: 0 });
  });

  test("changes as a whole: from the next request on nothing goes to what lost its weight", async () => {
    shift(1, { "1.0.0": 10_000 });
    expect(new Set(await ask(5))).toEqual(new Set(["1.0.0"]));
    shift(2, { "2.0.0": 10_000 });
    expect(new Set(await ask(5))).toEqual(new Set(["2.0.0"]));
  });

  test("is changed 100 times under load, with bodies and without, and no request fails", async () => {
    shift(1, { "1.0.0": 10_000 });
    let isOver = false;
    const load = Array.from({ length: 8 }, async (_, index) => {
      const body = "POST / HTTP/1.1\r\nHost: a.mesh\r\nContent-Length: 3\r\n\r\nabc";
      const answers: string[] = [];
      while (!isOver) answers.push(...(await (index % 2 === 0 ? ask(20) : ask(20, body))));
      return answers.length;
    });
    for (let version = 2; version <= 100; version++) {
      const [zero = "", one = "", two = ""] = VERSIONS.map((_, index) => VERSIONS[(index + version) % 3] ?? "");
      shift(version, version % 4 === 0 ? { [zero]: 10_000 } : { [zero]: 5_000, [one]: 4_999, [two]: 1 });
      await ask(3);
    }
    isOver = true;
    const answered = (await Promise.all(load)).reduce((sum, count) => sum + count, 0);
    const { aborted, codes, failed, requests } = tally(mesh.proxy);
    expect({ aborted, codes, failed, requests }).toEqual({ aborted: 0, codes: {}, failed: 0, requests: answered + 99 * 3 });
  });

  test("leaves requests under way where they are", async () => {
    let finish: () => void = () => {};
    const slow = httpInstance((_, response) => {
      finish = () => response.end("slow!");
    });
    instances = [{ service: "a", version: "1.0.0", port: await mesh.serve(slow) }, ...instances.slice(1)];
    shift(1, { "1.0.0": 10_000 });
    const caller = await mesh.dial();
    caller.send("GET / HTTP/1.1\r\nHost: a.mesh\r\n\r\n");
    await expect.poll(() => mesh.proxy.active).toBe(1);
    instances = instances.slice(1);
    shift(2, { "2.0.0": 10_000 });
    finish();
    expect(await caller.until("slow!")).toContain("x-interlock-version: 1.0.0");
  });
});

describe("a delta", () => {
  const deltaTo = (base: number, version: number, weights: Weights): SnapshotDelta => {
    const service = snapshotWith(instances, { version, weights: { a: weights } }).services["a"] as SnapshotService;
    return { base, version, at: "2026-01-01T00:00:01.000Z", upserts: [service], removed: [] };
  };

  test("changes the services it names", async () => {
    shift(1, { "1.0.0": 10_000 });
    expect(mesh.proxy.applyDelta(deltaTo(1, 2, { "1.1.0": 10_000 })).ok).toBe(true);
    expect(await ask(1)).toEqual(["1.1.0"]);
    expect(mesh.proxy.snapshot?.services["a"]?.weights).toEqual({ "1.1.0": 10_000 });
  });

  test.each([
    ["on another base", () => deltaTo(7, 8, { "1.1.0": 10_000 })],
    ["whose weights do not sum up", () => deltaTo(1, 2, { "1.1.0": 9_999 })],
  ])("%s changes nothing", async (_, delta) => {
    shift(1, { "1.0.0": 10_000 });
    expect(mesh.proxy.applyDelta(delta()).ok).toBe(false);
    expect(mesh.proxy.version).toBe(1);
    expect(await ask(1)).toEqual(["1.0.0"]);
  });

  test("is refused before there is a snapshot", () => {
    expect(mesh.proxy.applyDelta(deltaTo(1, 2, { "1.1.0": 10_000 })).ok).toBe(false);
  });
});

describe("a rule", () => {
  test("sends what it matches to its own split, and its requests are not counted for the service's", async () => {
    const rules = { a: [{ matches: [{ headers: [{ name: "x-group", value: "beta" }] }], split: { weights: { "2.0.0": 10_000 } } }] };
    expect(mesh.proxy.applySnapshot(snapshotWith(instances, { weights: { a: { "1.0.0": 10_000 } }, rules })).ok).toBe(true);
    expect(await ask(1, "GET / HTTP/1.1\r\nHost: a.mesh\r\nX-Group: beta\r\n\r\n")).toEqual(["2.0.0"]);
    expect(await ask(1)).toEqual(["1.0.0"]);
    const epochs = mesh.proxy.recorder.closeBatch().edges.map(({ callee, splitEpoch }) => [callee.version, splitEpoch]);
    expect(epochs).toEqual([
      ["2.0.0", null],
      ["1.0.0", 1],
    ]);
  });
});
