/**
 * Passes connections from one loopback port on to another. A program is told its proxy once, when it starts; where its lease ran out and came back
 * (the machine slept, the engine lost its folder) the new lease may have another outbound port, and the old one is served from here.
 */
import net from "node:net";

export interface Relay {
  /** Where connections from now on go. */
  to(port: number): void;
  close(): void;
}

/** Listens on `port`; null where it cannot be had. */
export function openRelay(port: number, target: number): Promise<Relay | null> {
  let current = target;
  const open = new Set<net.Socket>();
  const server = net.createServer((near) => {
    const far = net.connect(current, "127.0.0.1");
    for (const [one, other] of [[near, far] as const, [far, near] as const]) {
      open.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  return new Promise((resolve) => {
    server.once("error", () => resolve(null));
    server.listen(port, "127.0.0.1", () =>
      resolve({
        to: (next) => {
          current = next;
        },
        close() {
          server.close();
          for (const socket of open) socket.destroy();
        },
      }),
    );
  });
}
