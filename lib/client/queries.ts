import type { ApiClient } from "./api-client.ts";
import type { CallRequest, ResponseOf } from "./call-types.ts";

/** What TanStack Query takes; spread it into `useQuery` and add what the screen needs. */
export interface QueryOptions<Data> {
  readonly queryKey: readonly unknown[];
  readonly queryFn: (context: { readonly signal: AbortSignal }) => Promise<Data>;
}

type SeriesQuery = CallRequest<"GET /api/v1/series">["query"];
type ChangesQuery = { readonly service?: string; readonly limit?: number; readonly cursor?: string };
type DiscoveryQuery = { readonly version?: string; readonly range?: string; readonly caller?: string; readonly key?: string };

/** Keys by noun: invalidating `queryKeys.services()` reaches everything below it. */
export const queryKeys = {
  services: () => ["services"] as const,
  service: (service: string) => ["services", service] as const,
  versions: (service: string) => ["services", service, "versions"] as const,
  version: (service: string, version: string) => ["services", service, "versions", version] as const,
  instances: (service: string) => ["services", service, "instances"] as const,
  split: (service: string) => ["services", service, "split"] as const,
  routes: (service: string) => ["services", service, "routes"] as const,
  discovery: (service: string, query: DiscoveryQuery) => ["services", service, "discovery", query] as const,
  changes: (query?: ChangesQuery) => (query === undefined ? (["changes"] as const) : (["changes", query] as const)),
  change: (id: string) => ["changes", { id }] as const,
  mesh: () => ["mesh"] as const,
  topology: () => ["topology"] as const,
  series: (query: SeriesQuery) => ["series", query] as const,
  compatibility: (consumer?: string, provider?: string) =>
    consumer === undefined ? (["compatibility"] as const) : (["compatibility", consumer, provider] as const),
  /** Facts about pairs as they were after a change. */
  facts: (newestChange: number) => ["facts", newestChange] as const,
  manifest: () => ["manifest"] as const,
  load: () => ["load"] as const,
  localToken: () => ["local-token"] as const,
};

const SERVICES_AT_ONCE = 500;

/** Query options per noun, all answered by one client. */
export function createQueries(client: ApiClient) {
  return { ...serviceQueries(client), ...meshQueries(client) };
}

export type Queries = ReturnType<typeof createQueries>;

/** All pages: screens know every service, however many the API gives out at once. */
async function everyService(client: ApiClient, signal: AbortSignal): Promise<ResponseOf<"GET /api/v1/services">> {
  const items: ResponseOf<"GET /api/v1/services">["items"] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: SERVICES_AT_ONCE, ...(cursor === undefined ? {} : { cursor }) };
    const page = await client.call("GET /api/v1/services", { query, signal });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return { items };
}

function serviceQueries(client: ApiClient) {
  return {
    services: (): QueryOptions<ResponseOf<"GET /api/v1/services">> => ({
      queryKey: queryKeys.services(),
      queryFn: ({ signal }) => everyService(client, signal),
    }),
    service: (service: string): QueryOptions<ResponseOf<"GET /api/v1/services/{service}">> => ({
      queryKey: queryKeys.service(service),
      queryFn: ({ signal }) => client.call("GET /api/v1/services/{service}", { params: { service }, signal }),
    }),
    versions: (service: string): QueryOptions<ResponseOf<"GET /api/v1/services/{service}/versions">> => ({
      queryKey: queryKeys.versions(service),
      queryFn: ({ signal }) => client.call("GET /api/v1/services/{service}/versions", { params: { service }, signal }),
    }),
    version: (service: string, version: string): QueryOptions<ResponseOf<"GET /api/v1/services/{service}/versions/{version}">> => ({
      queryKey: queryKeys.version(service, version),
      queryFn: ({ signal }) => client.call("GET /api/v1/services/{service}/versions/{version}", { params: { service, version }, signal }),
    }),
    instances: (service: string): QueryOptions<ResponseOf<"GET /api/v1/services/{service}/instances">> => ({
      queryKey: queryKeys.instances(service),
      queryFn: ({ signal }) => client.call("GET /api/v1/services/{service}/instances", { params: { service }, signal }),
    }),
    split: (service: string): QueryOptions<ResponseOf<"GET /api/v1/services/{service}/split">> => ({
      queryKey: queryKeys.split(service),
      queryFn: ({ signal }) => client.call("GET /api/v1/services/{service}/split", { params: { service }, signal }),
    }),
    routes: (service: string): QueryOptions<ResponseOf<"GET /api/v1/services/{service}/routes">> => ({
      queryKey: queryKeys.routes(service),
      queryFn: ({ signal }) => client.call("GET /api/v1/services/{service}/routes", { params: { service }, signal }),
    }),
    discovery: (service: string, query: DiscoveryQuery): QueryOptions<ResponseOf<"GET /api/v1/discovery/{service}">> => ({
      queryKey: queryKeys.discovery(service, query),
      queryFn: ({ signal }) => client.call("GET /api/v1/discovery/{service}", { params: { service }, query, signal }),
    }),
  };
}

function meshQueries(client: ApiClient) {
  return {
    changes: (query: ChangesQuery = {}): QueryOptions<ResponseOf<"GET /api/v1/changes">> => ({
      queryKey: queryKeys.changes(query),
      queryFn: ({ signal }) => client.call("GET /api/v1/changes", { query, signal }),
    }),
    change: (id: string): QueryOptions<ResponseOf<"GET /api/v1/changes/{id}">> => ({
      queryKey: queryKeys.change(id),
      queryFn: ({ signal }) => client.call("GET /api/v1/changes/{id}", { params: { id }, signal }),
    }),
    mesh: (): QueryOptions<ResponseOf<"GET /api/v1/mesh">> => ({
      queryKey: queryKeys.mesh(),
      queryFn: ({ signal }) => client.call("GET /api/v1/mesh", { signal }),
    }),
    topology: (): QueryOptions<ResponseOf<"GET /api/v1/topology">> => ({
      queryKey: queryKeys.topology(),
      queryFn: ({ signal }) => client.call("GET /api/v1/topology", { signal }),
    }),
    series: (query: SeriesQuery): QueryOptions<ResponseOf<"GET /api/v1/series">> => ({
      queryKey: queryKeys.series(query),
      queryFn: ({ signal }) => client.call("GET /api/v1/series", { query, signal }),
    }),
    compatibility: (consumer: string, provider: string): QueryOptions<ResponseOf<"GET /api/v1/compatibility">> => ({
      queryKey: queryKeys.compatibility(consumer, provider),
      queryFn: ({ signal }) => client.call("GET /api/v1/compatibility", { query: { consumer, provider }, signal }),
    }),
    manifest: (): QueryOptions<ResponseOf<"GET /api/v1/manifest">> => ({
      queryKey: queryKeys.manifest(),
      queryFn: ({ signal }) => client.call("GET /api/v1/manifest", { signal }),
    }),
    load: (): QueryOptions<ResponseOf<"GET /api/v1/load">> => ({
      queryKey: queryKeys.load(),
      queryFn: ({ signal }) => client.call("GET /api/v1/load", { signal }),
    }),
    localToken: (): QueryOptions<ResponseOf<"GET /api/v1/local-token">> => ({
      queryKey: queryKeys.localToken(),
      queryFn: ({ signal }) => client.call("GET /api/v1/local-token", { signal }),
    }),
  };
}
