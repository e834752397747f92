import { readFile, rm } from "node:fs/promises";
import { writeDurably } from "../durable-file.ts";
import type { HealthStanding } from "./health-board.ts";

/** Leaves what is known against instances to the process that follows. */
export async function saveStanding(path: string, standing: HealthStanding): Promise<void> {
  await writeDurably(path, `${JSON.stringify(standing)}\n`);
}

/** What the process before left, once: it is gone from the disk then. Null where there is none or it makes no sense, since health can be found out anew. */
export async function takeStanding(path: string): Promise<HealthStanding | null> {
  try {
    const standing: unknown = JSON.parse(await readFile(path, "utf8"));
    await rm(path, { force: true });
    return isStanding(standing) ? standing : null;
  } catch {
    return null;
  }
}

function isStanding(value: unknown): value is HealthStanding {
  if (typeof value !== "object" || value === null || !("atMs" in value && "services" in value && "events" in value)) return false;
  return typeof value.atMs === "number" && Array.isArray(value.services) && Array.isArray(value.events);
}
