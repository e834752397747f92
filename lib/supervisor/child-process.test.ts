import { tmpdir } from "node:os";
import { afterEach, expect, test, vi } from "vitest";
import { spawnChild } from "./child-process.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

test("a child gets neither the authority's key nor the marks of a program from within which its supervisor was started", async () => {
  const kept = ["INTERLOCK_KEK", "INTERLOCK_KEK_OLD", "INTERLOCK_AGENT", "INTERLOCK_LIFE"];
  for (const name of [...kept, "INTERLOCK_OTHER"]) vi.stubEnv(name, "x");
  const lines: string[] = [];
  const asked = JSON.stringify([...kept, "INTERLOCK_DATA", "INTERLOCK_OTHER"]);
  const script = `console.log(${asked}.filter((name) => name in process.env).join(" "))`;
  const plan = { name: "child", args: ["-e", script], env: { INTERLOCK_DATA: "y" }, stopStage: 1, stopGraceMs: 300 };
  await new Promise((onEnd) => {
    spawnChild(plan, tmpdir(), { onReady: () => {}, onLine: (_, line) => lines.push(line), onEnd });
  });
  expect(lines).toEqual(["INTERLOCK_DATA INTERLOCK_OTHER"]);
});
