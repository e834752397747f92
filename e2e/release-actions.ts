import { setSplit } from "./mesh-actions.ts";
import type { Stack } from "./stack.ts";

const WHOLE = 10_000;
const ENDED: ReadonlySet<string> = new Set(["succeeded", "rolled-back", "aborted"]);

/** Starts a release through the API, to prepare a story. */
export async function startRelease(stack: Stack, service: string, version: string, strategy: string): Promise<string> {
  const { id } = await stack.client.call("POST /api/v1/releases", { body: { service, version, strategy, reason: "story" } });
  return id;
}

/** Ends what a story left under way, and gives these services their first versions back. */
export async function endReleases(stack: Stack, splits: Readonly<Record<string, string>>): Promise<void> {
  const { items } = await stack.client.call("GET /api/v1/releases", {});
  for (const { id, state } of items) {
    if (!ENDED.has(state))
      await stack.client.call("POST /api/v1/releases/{id}/{verb}", { params: { id, verb: "abort" }, body: {} }).catch(() => null);
  }
  for (const [service, version] of Object.entries(splits)) await setSplit(stack, service, { [version]: WHOLE });
}
