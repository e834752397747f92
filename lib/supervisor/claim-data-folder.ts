import { once } from "node:events";
import { rmSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { socketPath } from "./socket-path.ts";

/**
 * Claims the data folder for this supervisor until it ends, however it ends: the claim is a socket that listens, so a claim that a
 * killed supervisor left behind is recognised and taken over. Throws when another supervisor holds it: its proxies and ours would
 * share their files.
 */
export async function claimDataFolder(dataDir: string): Promise<{ release(): void }> {
  const path = socketPath(dataDir, "supervisor.sock");
  let server = await tryToListen(path);
  if (server === null) {
    if (await answers(path)) {
      throw new Error(
        `Interlock is already running on the data folder ${dataDir}: stop it first, or set INTERLOCK_DATA to another folder.`,
      );
    }
    rmSync(path, { force: true });
    server = await tryToListen(path);
  }
  if (server === null) throw new Error(`The data folder ${dataDir} was claimed by another Interlock just now.`);
  const claim = server;
  return { release: () => void claim.close() };
}

async function tryToListen(path: string): Promise<Server | null> {
  const server = createServer((socket) => socket.destroy()).unref();
  try {
    server.listen(path);
    await once(server, "listening");
    return server;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") return null;
    throw error;
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
