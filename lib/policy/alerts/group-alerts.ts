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
  const rank = ({ severity, state }: Alert) => (state === "firing" ? SEVERITIES.length - SEVERITIES.indexOf(severity) : 10);
  const at = ({ firedAt, resolvedAt }: Alert) => resolvedAt ?? firedAt;
  return rank(left) - rank(right) || at(right).localeCompare(at(left)) || right.id.localeCompare(left.id, "en", { numeric: true });
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
