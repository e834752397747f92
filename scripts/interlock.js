#!/usr/bin/env node
/** The `interlock` command in a clone: runs `lib/cli/main.ts` with the pinned Node, whatever Node started this file. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { installedRuntime } from "./bootstrap/install.js";
import { ROOT } from "./bootstrap/paths.js";
import { run } from "./bootstrap/run.js";
import { BootstrapError, fail, refuseOldNode } from "./bootstrap/say.js";

try {
  refuseOldNode(process.versions.node);
  const runtime = existsSync(join(ROOT, "node_modules", ".package-lock.json")) ? installedRuntime() : null;
  if (runtime === null) throw new BootstrapError("Interlock is not installed yet: run npm start once.");
  const args = ["--disable-warning=ExperimentalWarning", join(ROOT, "lib", "cli", "main.ts"), ...process.argv.slice(2)];
  process.exitCode = await run(runtime.node, args, { env: runtime.env, cwd: process.cwd() });
} catch (error) {
  fail(error);
  // Not 1, which says "refused or not safe": whoever asks from a script has no answer yet.
  process.exitCode = 3;
}
