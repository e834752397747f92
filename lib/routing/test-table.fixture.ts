/** Tables and requests for tests of routing. */
import {
  DEFAULT_TRAFFIC_POLICY,
  type EdgeEnd,
  type RouteRule,
  type ServiceName,
  type SnapshotEndpoint,
  type SnapshotService,
} from "../model/index.ts";
import type { RequestHead } from "./matcher.ts";
import { compileSnapshot, type RoutingTable } from "./routing-table.ts";

export const OUTSIDE: EdgeEnd = { service: "ingress", version: null };

export function testService(name: string, more: Partial<SnapshotService> = {}): SnapshotService {
  return {
    name: name as ServiceName,
    hosts: [],
    rev: 1,
    splitEpoch: 5,
    weights: { "1.0.0": 10_000 },
    rules: [],
    endpoints: [],
    policy: DEFAULT_TRAFFIC_POLICY,
    authorization: null,
    incompatible: {},
    ...more,
  };
}

export function testTable(...services: SnapshotService[]): RoutingTable {
  const compiled = compileSnapshot({ version: 3, services: Object.fromEntries(services.map((each) => [each.name, each])) });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  return compiled.value;
}

/** A GET of a service's path with headers. */
export function testRequest(service: string, path = "/", headers: Readonly<Record<string, string>> = {}): RequestHead {
  const question = path.indexOf("?");
  return {
    host: `${service}.mesh`,
    method: "GET",
    path: question < 0 ? path : path.slice(0, question),
    query: question < 0 ? "" : path.slice(question + 1),
    header: (name) => (Object.hasOwn(headers, name) ? headers[name] : undefined),
  };
}

export function testEndpoint(service: string, version: string, port = 1): SnapshotEndpoint {
  return { id: `${service}-${version}-${port}`, service, version, address: "::1", port } as unknown as SnapshotEndpoint;
}

/** A rule for everything. */
export function testRule(more: Partial<RouteRule>): RouteRule {
  return { matches: [{}], ...more };
}
