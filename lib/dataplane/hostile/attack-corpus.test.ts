/** The corpus against an instance that reads by the letter (RELIABILITY 26). `INTERLOCK_EVERY_BYTE=1`: every byte in every place, instead of those that parsers differ about. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestMesh, snapshotWith, type TestMesh } from "../test-mesh.fixture.ts";
import { attackCorpus } from "./attack-corpus.fixture.ts";
import { runAttacks } from "./attack-run.fixture.ts";
import { openStrictInstance, type StrictInstance } from "./strict-instance.fixture.ts";

const corpus = attackCorpus(process.env["INTERLOCK_EVERY_BYTE"] === "1");
const families = Object.entries(Object.groupBy(corpus, ({ family }) => family));

let mesh: TestMesh;
let instance: StrictInstance;

beforeAll(async () => {
  mesh = await openTestMesh();
  instance = openStrictInstance("traceparent");
  const port = await mesh.serve(instance.server);
  expect(mesh.proxy.applySnapshot(snapshotWith([{ service: "a", version: "1.0.0", port }])).ok).toBe(true);
  await mesh.proxy.settled();
});

afterAll(() => mesh.close());

describe("RELIABILITY 26: what one program reads and another does not", () => {
  test.each(families)("%s: refused and cut, or passed on as exactly what was counted", { timeout: 120_000 }, async (_, attacks = []) => {
    const { wrong } = await runAttacks(mesh, attacks, false);
    expect(instance.violations.splice(0)).toEqual([]);
    expect(wrong).toEqual([]);
  });
});
