import { once } from "node:events";
import net from "node:net";
import { type Random, randomBelow } from "../std/index.ts";

/** Below the ports that kernels hand out by themselves (from 32 768 on Linux, 49 152 elsewhere), so that nobody is given one in between. */
const LOWEST = 20_000;
const COUNT = 12_000;
const TRIES_MAX = 200;

/** `count` different loopback ports on which nobody listens, drawn at random; throws when hardly any is left. */
export async function findFreePorts(count: number, random: Random): Promise<number[]> {
  const found = new Set<number>();
  for (let tries = 0; found.size < count; tries++) {
    if (tries > count + TRIES_MAX) throw new Error(`only ${found.size} of ${count} ports from ${LOWEST} on are free`);
    const port = LOWEST + randomBelow(random, COUNT);
    if (!found.has(port) && (await isFree(port))) found.add(port);
  }
  return [...found];
}

async function isFree(port: number): Promise<boolean> {
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
