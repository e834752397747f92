import type { Release, ServiceName } from "../model/index.ts";

/** Another release whose effect cannot be told from this one's, and why. */
export interface Confound {
  readonly release: string;
  readonly service: string;
  readonly because: string;
}

/** Who calls whom: callee by caller. */
export type CallGraph = ReadonlyMap<string, ReadonlySet<string>>;

type Subject = Pick<Release, "id" | "service" | "createdAt" | "movedAt" | "state" | "plan">;

/**
 * Releases that confound each other, by id, on both: they were under way at the same time, and one service calls the other, or some service calls both.
 * An error that one of them causes then shows at the other, or in the same callers.
 */
export function confoundsOf(releases: readonly Subject[], calls: CallGraph): ReadonlyMap<string, readonly Confound[]> {
  const found = new Map<string, Confound[]>();
  const byService = Map.groupBy(releases, ({ service }) => service);
  const callers = callersOf(calls);
  const note = (one: Subject, other: Subject, because: string) => {
    const known = found.get(one.id);
    const confound = { release: other.id, service: other.service, because };
    if (known === undefined) found.set(one.id, [confound]);
    else known.push(confound);
  };
  for (const one of releases) {
    for (const [service, because] of neighboursOf(one.service, calls, callers)) {
      for (const other of byService.get(service as ServiceName) ?? []) {
        if (other.id !== one.id && overlap(one, other)) note(one, other, because);
      }
    }
  }
  return found;
}

function neighboursOf(service: string, calls: CallGraph, callers: CallGraph): ReadonlyMap<string, string> {
  const near = new Map<string, string>();
  for (const caller of callers.get(service) ?? []) {
    for (const callee of calls.get(caller) ?? []) near.set(callee, `${caller} calls ${service} and ${callee}.`);
  }
  for (const callee of calls.get(service) ?? []) near.set(callee, `${service} calls ${callee}.`);
  for (const caller of callers.get(service) ?? []) near.set(caller, `${caller} calls ${service}.`);
  near.delete(service);
  return near;
}

function callersOf(calls: CallGraph): CallGraph {
  const callers = new Map<string, Set<string>>();
  for (const [caller, callees] of calls) {
    for (const callee of callees) {
      const known = callers.get(callee);
      if (known === undefined) callers.set(callee, new Set([caller]));
      else known.add(caller);
    }
  }
  return callers;
}

function overlap(one: Subject, other: Subject): boolean {
  return one.createdAt < endOf(other) && other.createdAt < endOf(one);
}

/** After every time, for one that is under way. */
function endOf({ movedAt, state }: Subject): string {
  return state === "succeeded" || state === "rolled-back" || state === "aborted" ? movedAt : "~";
}
