import type { AddressInfo, Server } from "node:net";
import { err, ok, type Result } from "../std/index.ts";
import type { ListeningSockets } from "./listening-sockets.ts";

const BACKLOG = 4_096;

/** What listening needs of its proxy. */
export interface ListenContext {
  readonly sockets: ListeningSockets;
  readonly log: (line: string) => void;
}

/** Listens (port 0: the kernel chooses), on the inherited socket where there is one; the port, or the system's error code when it cannot be had. */
export function listenOn(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
  { log, sockets }: ListenContext,
): Promise<Result<number, string>> {
  return new Promise((resolve) => {
    const fail = (error: NodeJS.ErrnoException) => resolve(err(error.code ?? error.message));
    server.once("error", fail);
    const onListening = () => {
      server.off("error", fail);
      const { port: opened } = server.address() as AddressInfo;
      sockets.note(host, server);
      server.on("error", (error) => log(`listener on port ${opened}: ${error.message}`));
      resolve(ok(opened));
    };
    const inherited = sockets.take(host, port);
    if (inherited === undefined) server.listen({ port, host, backlog: BACKLOG }, onListening);
    else server.listen(inherited, BACKLOG, onListening);
  });
}
