import { readFile } from "node:fs/promises";
import type { OutboundListener } from "../model/index.ts";
import { writeDurably } from "./durable-file.ts";

/** Ports of outbound listeners by instance, as an earlier process left them; empty when there is no such file or it makes no sense. */
export async function loadPorts(path: string): Promise<ReadonlyMap<string, number>> {
  try {
    const ports: unknown = JSON.parse(await readFile(path, "utf8"));
    return new Map(Object.entries(ports as Record<string, unknown>).filter(isPortEntry));
  } catch {
    // Programs behind old ports are told the new ones by the engine; there is nothing else to lose.
    return new Map();
  }
}

/** Remembers the ports, so that programs that were given one keep their proxy over its restart. */
export async function savePorts(path: string, listeners: readonly OutboundListener[]): Promise<void> {
  await writeDurably(path, `${JSON.stringify(Object.fromEntries(listeners.map(({ instance, port }) => [instance, port])))}\n`);
}

function isPortEntry(entry: [string, unknown]): entry is [string, number] {
  const [, port] = entry;
  return typeof port === "number" && Number.isInteger(port) && port > 0 && port < 65_536;
}
