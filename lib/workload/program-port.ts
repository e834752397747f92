import { randomInt } from "node:crypto";
import { once } from "node:events";
import net from "node:net";

/** Below the ports that kernels hand out by themselves (from 32 768 on Linux, 49 152 elsewhere), so that nobody is given one in between. */
const LOWEST = 20_000;
const COUNT = 12_000;
const DRAWS_MAX = 200;

/** A loopback port on which nobody listens; throws when none was found. */
export async function drawPort(): Promise<number> {
  for (let draw = 0; draw < DRAWS_MAX; draw++) {
    const port = LOWEST + randomInt(COUNT);
    if (await isFree(port)) return port;
  }
  throw new Error(`No free port was found from ${LOWEST} to ${LOWEST + COUNT - 1}.`);
}

/** Whether nobody listens on a loopback port. */
export async function isFree(port: number): Promise<boolean> {
  const server = net.createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
