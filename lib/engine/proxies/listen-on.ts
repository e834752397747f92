import { chmodSync, rmSync } from "node:fs";
import type { Server } from "node:net";

/** The lock on the event log says that no other engine lives here, so a socket that is in the way is a dead one's. */
export function listenOn(server: Server, path: string): Promise<void> {
  const isFile = !path.startsWith("\\\\");
  if (isFile) rmSync(path, { force: true });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => {
      server.removeListener("error", reject);
      if (isFile) chmodSync(path, 0o600);
      resolve();
    });
  });
}
