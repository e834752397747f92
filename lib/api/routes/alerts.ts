import { alertCursor, alertOrder, alertsAfter, groupAlerts, type MeshEngine } from "../../engine/index.ts";
import type { Alert, Refusal } from "../../model/index.ts";
import { err, invariant, ok, type Result } from "../../std/index.ts";
import { refusal } from "../answer.ts";
import type { Done, Handlers, ResponseOf } from "../operation.ts";
import { badCursor } from "./lookup.ts";

type Key =
  | "GET /api/v1/alerts"
  | "GET /api/v1/alerts/{id}"
  | "POST /api/v1/alerts/{id}/ack"
  | "POST /api/v1/alerts/{id}/silence"
  | "GET /api/v1/alerts/{id}/diagnosis";
type Body = ResponseOf<"GET /api/v1/alerts/{id}">;

/** Alerts: list, look at, acknowledge, silence, find the cause. */
export function createAlertRoutes(engine: MeshEngine): Handlers<Key> {
  return {
    "GET /api/v1/alerts": {
      kind: "direct",
      answer({ query: { cursor, limit, service, state } }) {
        const all = [...engine.state().alerts.values()].filter((alert) => service === undefined || alert.service === service);
        const rest = cursor === undefined ? all : alertsAfter(all, cursor);
        if (rest === null) return err(badCursor(cursor ?? ""));
        const found = rest.filter((alert) => state === undefined || alert.state === state).toSorted(alertOrder);
        const items = found.slice(0, limit);
        const last = items.at(-1);
        const next = found.length > items.length && last !== undefined ? { nextCursor: alertCursor(last) } : {};
        const firing = all.filter((alert) => alert.state === "firing").length;
        const groups = groupAlerts(all).map((group) => ({ ...group, alerts: [...group.alerts] }));
        return ok({ body: { items: items.map(bodyOf), ...next, groups, firing } });
      },
    },
    "GET /api/v1/alerts/{id}": {
      kind: "direct",
      answer({ params }) {
        const alert = findAlert(engine, params.id);
        return alert.ok ? ok({ body: bodyOf(alert.value) }) : alert;
      },
    },
    "POST /api/v1/alerts/{id}/ack": {
      kind: "command",
      command: ({ params }) => ok({ kind: "alert.ack", alert: params.id }),
      fields: (done, { params }) => written(done, params.id),
    },
    "POST /api/v1/alerts/{id}/silence": {
      kind: "command",
      command: ({ body, params }) => ok({ kind: "alert.silence", alert: params.id, until: body.until }),
      fields: (done, { params }) => written(done, params.id),
    },
    "GET /api/v1/alerts/{id}/diagnosis": {
      kind: "direct",
      answer({ params }) {
        const alert = findAlert(engine, params.id);
        if (!alert.ok) return alert;
        return ok({
          body: structuredClone(engine.policies.diagnose(alert.value)) as unknown as ResponseOf<"GET /api/v1/alerts/{id}/diagnosis">,
        });
      },
    },
  };
}

function findAlert(engine: MeshEngine, id: string): Result<Alert, Refusal> {
  const alert = engine.state().alerts.get(id);
  if (alert !== undefined) return ok(alert);
  return err(refusal({ path: "id", code: "alert.unknown", detail: `There is no alert "${id}".`, fix: "Look at GET /api/v1/alerts." }));
}

function written({ state }: Done, id: string): Body {
  const alert = state.alerts.get(id);
  invariant(alert !== undefined, "a command about an alert leaves it in the state");
  return bodyOf(alert);
}

function bodyOf(alert: Alert): Body {
  return structuredClone(alert) as unknown as Body;
}
