/**
 * The listening sockets of this process, and those that it inherits from the process before it (hot restart).
 *
 * An inherited socket listens already: whoever asks for its address gets it in place of a new one, and connections that wait in its queue are served. Those
 * that nobody asks for are closed once the listeners stand.
 */
import type { AddressInfo, Server } from "node:net";

/** A listening socket as Node's channel between processes carries it. */
export type SocketHandle = object;

export class ListeningSockets {
  readonly #inherited: Map<string, SocketHandle>;
  readonly #open = new Map<string, Server>();

  constructor(inherited: ReadonlyMap<string, SocketHandle> = new Map()) {
    this.#inherited = new Map(inherited);
  }

  /** The inherited socket of an address, once. */
  take(host: string, port: number): SocketHandle | undefined {
    const name = nameOf(host, port);
    const handle = this.#inherited.get(name);
    this.#inherited.delete(name);
    return handle;
  }

  /** `server` listens at `host` now. */
  note(host: string, server: Server): void {
    const name = nameOf(host, (server.address() as AddressInfo).port);
    this.#open.set(name, server);
    server.once("close", () => {
      if (this.#open.get(name) === server) this.#open.delete(name);
    });
  }

  /** What a successor can inherit. */
  handles(): ReadonlyMap<string, SocketHandle> {
    const handles = new Map<string, SocketHandle>();
    for (const [name, server] of this.#open) {
      // Node's public type has no name for it; a `net.Server` sent as such would begin to accept in the process that only passes it on.
      const { _handle: handle } = server as unknown as { readonly _handle: SocketHandle | null };
      if (server.listening && handle !== null) handles.set(name, handle);
    }
    return handles;
  }

  /** Closes what was inherited and not asked for. */
  dropRest(): void {
    for (const handle of this.#inherited.values()) if ("close" in handle && typeof handle.close === "function") handle.close();
    this.#inherited.clear();
  }
}

function nameOf(host: string, port: number): string {
  return `${host} ${port}`;
}
