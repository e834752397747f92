import { statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { socketPath } from "./socket-path.ts";

test("a socket lies in the data folder where its path is short enough", () => {
  expect(socketPath("/var/lib/interlock", "engine.sock")).toBe("/var/lib/interlock/engine.sock");
});

test("for a deep data folder it lies in a private folder, and one can listen on it", async () => {
  const deep = join(tmpdir(), "d".repeat(90), "e".repeat(90));
  const path = socketPath(deep, "engine.sock");
  expect(path).toBe(socketPath(deep, "engine.sock"));
  expect(path).not.toBe(socketPath(`${deep}2`, "engine.sock"));
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  const listening = await new Promise<boolean>((resolve) => {
    const server = createServer();
    server.on("error", () => resolve(false));
    server.listen(path, () => server.close(() => resolve(true)));
  });
  expect(listening).toBe(true);
});
