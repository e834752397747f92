import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Snapshot } from "../model/index.ts";
import { createFakeClock } from "../testing/index.ts";
import { loadSnapshot, SnapshotFile } from "./snapshot-file.ts";
import { snapshotWith } from "./test-mesh.fixture.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "interlock-snapshot-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const versionIn = async (path: string) => (JSON.parse(await readFile(path, "utf8")) as { readonly snapshot: Snapshot }).snapshot.version;

function openFile(path: string) {
  const clock = createFakeClock();
  const lines: string[] = [];
  const held = { version: 1 };
  const current = () => snapshotWith([], { version: held.version });
  return { clock, lines, held, file: new SnapshotFile(path, current, clock, (line) => lines.push(line)) };
}

test("under a storm of changes the file follows at a distance and ends at the last one", async () => {
  const path = join(folder, "snapshot.json");
  const { clock, held, file } = openFile(path);
  file.save();
  await file.flush();
  for (held.version = 2; held.version < 50; held.version++) file.save();
  expect(await versionIn(path)).toBe(1);
  clock.advance(250);
  await file.flush();
  expect(await versionIn(path)).toBe(50);
});

test("a write that fails is said once, tried again until it succeeds, and its end is said", async () => {
  const path = join(folder, "missing", "snapshot.json");
  const { clock, lines, held, file } = openFile(path);
  file.save();
  await file.flush();
  for (held.version = 2; held.version < 10; held.version++) {
    file.save();
    clock.advance(5_000);
    await file.flush();
  }
  expect(lines).toEqual([expect.stringMatching(/^the snapshot could not be kept on disk: .*ENOENT/)]);
  expect(clock.pendingTimers).toBeLessThanOrEqual(2);
  await mkdir(join(folder, "missing"));
  clock.advance(5_000);
  await file.flush();
  expect(await versionIn(path)).toBe(10);
  expect(lines.slice(1)).toEqual(["the snapshot is kept on disk again"]);
});

test("no file is no error, a damaged one is refused with the reason", async () => {
  const path = join(folder, "snapshot.json");
  expect(await loadSnapshot(path)).toEqual({ ok: true, value: null });
  const { file } = openFile(path);
  file.save();
  await file.flush();
  await writeFile(path, (await readFile(path, "utf8")).replace('"version":1', '"version":2'));
  expect(await loadSnapshot(path)).toEqual({ ok: false, error: "its content does not fit its hash" });
  await writeFile(path, "{");
  expect(await loadSnapshot(path)).toEqual({ ok: false, error: "it is not JSON" });
});
