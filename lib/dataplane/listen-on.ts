import type { AddressInfo, Server } from "node:net";
import { err, ok, type Result } from "../std/index.ts";

const BACKLOG = 4_096;

/** Listens (port 0: the kernel chooses); the port, or the system's error code when it cannot be had. */
export function listenOn(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
  log: (line: string) => void,
): Promise<Result<number, string>> {
  return new Promise((resolve) => {
    const fail = (error: NodeJS.ErrnoException) => resolve(err(error.code ?? error.message));
    server.once("error", fail);
    server.listen({ port, host, backlog: BACKLOG }, () => {
      server.off("error", fail);
      const { port: opened } = server.address() as AddressInfo;
      server.on("error", (error) => log(`listener on port ${opened}: ${error.message}`));
      resolve(ok(opened));
    });
  });
}
