import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { askSupervisor, claimDataFolder } from "./claim-data-folder.ts";
import { socketPath } from "./socket-path.ts";

const MODULE = pathToFileURL(join(import.meta.dirname, "claim-data-folder.ts")).href;

function folder(): string {
  return mkdtempSync(join(tmpdir(), "interlock-claim-"));
}

test("a second supervisor on one data folder is refused until the first has released it", async () => {
  const data = folder();
  const first = await claimDataFolder(data);
  await expect(claimDataFolder(data)).rejects.toThrow(`Interlock is already running on the data folder ${data}`);
  first.release();
  (await claimDataFolder(data)).release();
});

test("what a killed supervisor left behind does not stand in the way", async () => {
  const data = folder();
  const source = `import { claimDataFolder } from ${JSON.stringify(MODULE)};
    await claimDataFolder(${JSON.stringify(data)});
    setInterval(() => {}, 1000);
    process.send("claimed");`;
  const other = spawn(process.execPath, ["--input-type=module", "-e", source], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  await once(other, "message");
  await expect(claimDataFolder(data)).rejects.toThrow("already running");

  other.kill("SIGKILL");
  await once(other, "exit");

  (await claimDataFolder(data)).release();
});

test("whoever holds the folder answers requests on it, and says when there is nobody to ask", async () => {
  const data = folder();
  expect(await askSupervisor(data, "restart all")).toBeNull();
  const claim = await claimDataFolder(data);
  expect(await askSupervisor(data, "restart all")).toEqual({ ok: false, sentences: ["Interlock is still starting."] });
  claim.answerWith(async (request) => ({ ok: true, sentences: [request] }));
  expect(await askSupervisor(data, "restart proxy node-a")).toEqual({ ok: true, sentences: ["restart proxy node-a"] });
  expect(statSync(socketPath(data, "supervisor.sock")).mode & 0o777).toBe(0o600);
  claim.release();
});
