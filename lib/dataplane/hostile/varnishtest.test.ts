/** An HTTP client and an HTTP server that others wrote, on both sides of the proxy: each script in `vtc/` says what both of them must see (RELIABILITY 33). */
import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import { deadPort, openTestMesh, snapshotWith, type TestMesh } from "../test-mesh.fixture.ts";

const PROGRAM = "/usr/bin/varnishtest";
const FOLDER = join(import.meta.dirname, "vtc");
const scripts = readdirSync(FOLDER).filter((name) => name.endsWith(".vtc"));
const run = promisify(execFile);

let mesh: TestMesh | null = null;

afterEach(() => mesh?.close());

test.for(scripts)("varnishtest agrees: %s", { timeout: 60_000 }, async (script, { skip }) => {
  if (!existsSync(PROGRAM)) skip(`${PROGRAM} is not installed`);
  mesh = await openTestMesh();
  const port = await deadPort();
  expect(mesh.proxy.applySnapshot(snapshotWith([{ service: "a", version: "1.0.0", port }])).ok).toBe(true);
  await mesh.proxy.settled();
  const addresses = ["-D", `proxy=127.0.0.1:${mesh.ingressPort}`, "-D", `instance=127.0.0.1:${port}`];
  const done = await run(PROGRAM, ["-t", "30", ...addresses, join(FOLDER, script)]).catch((error: { stdout: string }) => error);
  expect(done.stdout).toMatch(/passed \(/);
});
