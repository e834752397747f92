import type { MeshEngine } from "../../engine/index.ts";
import type { ChangeId, ChangeSetItem } from "../../model/index.ts";
import { err, ok } from "../../std/index.ts";
import type { Handlers } from "../operation.ts";
import { tokenRequired } from "../request/local-token.ts";
import { changeView } from "../views/change-view.ts";
import { badCursor, findChange, revsOf } from "./lookup.ts";
import { undoMovesProcesses } from "./moves-processes.ts";

type Key = "GET /api/v1/changes" | "POST /api/v1/changes" | "GET /api/v1/changes/{id}" | "POST /api/v1/changes/{id}/undo";

/** Changes: list newest first, apply several at once, read one, take one back. */
export function createChangeRoutes(engine: MeshEngine): Handlers<Key> {
  return {
    "GET /api/v1/changes": {
      kind: "direct",
      answer({ query: { limit, cursor, service } }) {
        if (cursor !== undefined && !/^[1-9]\d{0,14}$/.test(cursor)) return err(badCursor(cursor));
        // One more than asked for tells whether there is another page.
        const found = engine.changes({
          limit: limit + 1,
          ...(cursor !== undefined && { beforeSeq: Number(cursor) }),
          ...(service !== undefined && { service }),
        });
        const page = found.slice(0, limit);
        const last = page.at(-1);
        return ok({ body: { items: page.map(changeView), ...(found.length > limit && last && { nextCursor: String(last.seq) }) } });
      },
    },
    "POST /api/v1/changes": {
      kind: "command",
      command: ({ body }) => ok({ kind: "change-set", changes: body.changes as ChangeSetItem[] }),
      fields: ({ state }, { body }) => ({
        revs: revsOf(
          state,
          body.changes.map((item) => item.service),
        ),
      }),
    },
    "GET /api/v1/changes/{id}": {
      kind: "direct",
      answer({ params }) {
        const change = findChange(engine, params.id);
        return change.ok ? ok({ body: changeView(change.value) }) : change;
      },
    },
    "POST /api/v1/changes/{id}/undo": {
      kind: "command",
      command({ params, unlocked }) {
        const change = engine.change(params.id);
        const isLocked = change !== undefined && !unlocked && undoMovesProcesses(change);
        return isLocked ? err(tokenRequired()) : ok({ kind: "undo", change: params.id as ChangeId });
      },
      fields: () => ({}),
    },
  };
}
