import { type Alert, SEVERITIES, type Severity } from "../../model/index.ts";

/** Alerts that fire for one policy and service: one thing to look at. */
export interface AlertGroup {
  readonly policy: string;
  readonly policyName: string;
  readonly service: string | null;
  /** The worst of them. */
  readonly severity: Severity;
  readonly alerts: readonly string[];
}

/** The worst first, then the newest. */
export function alertOrder(left: Alert, right: Alert): number {
  return placeOrder(placeOf(left), placeOf(right));
}

/** What an alert is ordered by. */
interface AlertPlace {
  readonly rank: number;
  readonly at: string;
  readonly id: string;
}

function placeOf({ firedAt, id, resolvedAt, severity, state }: Alert): AlertPlace {
  return { rank: state === "firing" ? SEVERITIES.length - SEVERITIES.indexOf(severity) : 10, at: resolvedAt ?? firedAt, id };
}

function placeOrder(left: AlertPlace, right: AlertPlace): number {
  return left.rank - right.rank || right.at.localeCompare(left.at) || right.id.localeCompare(left.id, "en", { numeric: true });
}

/** The place of an alert in `alertOrder` as a text: where the next page of a list goes on. */
export function alertCursor(alert: Alert): string {
  const { at, id, rank } = placeOf(alert);
  return `${rank}~${at}~${id}`;
}

/** The alerts after a cursor, in the order of `alertOrder`; null where it is none. */
export function alertsAfter(alerts: readonly Alert[], cursor: string): readonly Alert[] | null {
  const [, rank, at = "", id = ""] = /^(\d{1,2})~([\dTZ:.-]{1,32})~(alr-\d{1,16})$/.exec(cursor) ?? [];
  if (rank === undefined) return null;
  return alerts.filter((alert) => placeOrder(placeOf(alert), { rank: Number(rank), at, id }) > 0);
}

/** Whether nobody is told of an alert at a moment. */
export function isSilenced({ silencedUntil }: Pick<Alert, "silencedUntil">, nowMs: number): boolean {
  return silencedUntil !== null && Date.parse(silencedUntil) > nowMs;
}

/** Alerts that fire, by policy and service, in the order of `alertOrder`. */
export function groupAlerts(alerts: readonly Alert[]): readonly AlertGroup[] {
  const firing = alerts.filter(({ state }) => state === "firing").toSorted(alertOrder);
  const groups = Map.groupBy(firing, ({ policy, service }) => `${policy} ${service ?? ""}`);
  return [...groups.values()].flatMap((group): AlertGroup[] => {
    const [first] = group;
    if (first === undefined) return [];
    const { policy, policyName, service, severity } = first;
    return [{ policy, policyName, service, severity, alerts: group.map(({ id }) => id) }];
  });
}
