import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";

const MAIN = join(import.meta.dirname, "main.ts");
let folder = "";

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  folder = mkdtempSync(join(tmpdir(), "interlock-proxy-"));
  const { INTERLOCK_ZONE: _, ...inherited } = process.env;
  const { status, stderr } = spawnSync(process.execPath, [MAIN, "--data", folder, ...args], {
    encoding: "utf8",
    env: { ...inherited, ...env },
  });
  return { status, said: stderr };
}

test("a proxy is not started with a node or a zone that is none, and says which", () => {
  expect(start(["--node", "Node A"])).toMatchObject({ status: 1, said: expect.stringContaining("--node:") });
  const zone = '"Europe West" is not the name of a zone';
  expect(start(["--node", "node-a", "--zone", "Europe West"])).toMatchObject({
    status: 1,
    said: expect.stringContaining(`--zone: ${zone}`),
  });
  expect(start(["--node", "node-a"], { INTERLOCK_ZONE: "Europe West" })).toMatchObject({
    status: 1,
    said: expect.stringContaining(`INTERLOCK_ZONE: ${zone}`),
  });
});
