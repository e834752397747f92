/** Child of `stream.bench.ts`: opens as many connections as it is told, reads everything and throws it away, so that the reading costs the server nothing. */
import net from "node:net";

export type ReadersOrder = { readonly kind: "open"; readonly port: number; readonly count: number } | { readonly kind: "close" };
export type ReadersReport = { readonly kind: "opened" } | { readonly kind: "closed"; readonly bytes: number };

const REQUEST = "GET /api/v1/stream?topics=topology HTTP/1.1\r\nhost: localhost\r\n\r\n";

let sockets: net.Socket[] = [];
let bytes = 0;

process.on("message", (order: ReadersOrder) => {
  if (order.kind === "open") void open(order.port, order.count);
  else close();
});

async function open(port: number, count: number): Promise<void> {
  bytes = 0;
  for (let index = 0; index < count; index += 50) {
    sockets.push(...(await Promise.all(Array.from({ length: Math.min(50, count - index) }, () => connect(port)))));
  }
  report({ kind: "opened" });
}

/** Resolves with the first bytes: the server has taken the reader in. */
function connect(port: number): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, "127.0.0.1", () => socket.write(REQUEST));
    socket.on("data", (chunk) => {
      bytes += chunk.length;
      resolve(socket);
    });
    socket.on("error", reject);
  });
}

function close(): void {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  report({ kind: "closed", bytes });
}

function report(message: ReadersReport): void {
  process.send?.(message);
}
