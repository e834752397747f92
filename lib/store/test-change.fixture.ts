import type { Change, ChangeId, ServiceName } from "../model/index.ts";

/** A change for tests: true to the shape, its meaning does not matter to the store. */
export function testChange(
  place: { readonly seq: number; readonly id: ChangeId },
  services: readonly string[],
  note: unknown = null,
): Change {
  return {
    ...place,
    at: new Date(Date.UTC(2026, 0, 1) + place.seq * 1_000).toISOString(),
    author: "ada",
    via: "cli",
    reason: "test",
    kind: "split.set",
    subject: services.join(", "),
    before: null,
    after: note,
    undoable: true,
    services: services as readonly ServiceName[],
    events: [],
  };
}
