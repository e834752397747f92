import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

test("an engine whose port is taken ends with a sentence that says so, and what to do", { timeout: 30_000 }, async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as AddressInfo;
  const folder = mkdtempSync(join(tmpdir(), "interlock-engine-"));
  try {
    const env = { ...process.env, INTERLOCK_DATA: folder, INTERLOCK_API_PORT: String(port) };
    const args = ["--disable-warning=ExperimentalWarning", join(import.meta.dirname, "main.ts")];
    const engine = spawn(process.execPath, args, { env, stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    engine.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    expect(await once(engine, "close")).toEqual([1, null]);
    expect(said).toBe(
      `The engine API cannot listen on port ${port}: stop the program that has it, or choose another one with INTERLOCK_API_PORT.\n`,
    );
  } finally {
    taken.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
