import { expect, test } from "vitest";
import type { Alert } from "../../model/index.ts";
import { alertCursor, alertOrder, alertsAfter, isSilenced } from "./group-alerts.ts";

const NOON = "2026-01-01T12:00:00.000Z";

function alert(id: number, more: Partial<Alert>): Alert {
  return { id: `alr-${id}`, state: "firing", severity: "warning", firedAt: NOON, resolvedAt: null, silencedUntil: null, ...more } as Alert;
}

const ALERTS = [
  alert(2, { severity: "critical" }),
  alert(10, {}),
  alert(9, {}),
  alert(1, { firedAt: "2026-01-01T11:00:00.000Z" }),
  alert(4, { state: "resolved", resolvedAt: NOON }),
  alert(3, { state: "resolved", severity: "critical", resolvedAt: "2026-01-01T10:00:00.000Z" }),
];

test("pages go on where the one before ended, also where its last alert is gone", () => {
  expect(ALERTS.toReversed().toSorted(alertOrder)).toEqual(ALERTS);
  for (const [at, last] of ALERTS.entries()) {
    expect(alertsAfter(ALERTS, alertCursor(last))).toEqual(ALERTS.slice(at + 1));
    expect(alertsAfter(ALERTS.toSpliced(at, 1), alertCursor(last))).toEqual(ALERTS.slice(at + 1));
  }
  for (const wrong of ["", "x", "alr-3", "3~now~alr-1", "3~2026-01-01T12:00:00.000Z~"]) expect(alertsAfter(ALERTS, wrong)).toBeNull();
});

test("a silence is over once its time is", () => {
  const silenced = alert(1, { silencedUntil: NOON });
  expect(isSilenced(silenced, Date.parse(NOON) - 1)).toBe(true);
  expect(isSilenced(silenced, Date.parse(NOON))).toBe(false);
  expect(isSilenced(alert(1, {}), 0)).toBe(false);
});
