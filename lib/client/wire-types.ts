import type { z } from "zod";
import type { manifestSchema, problemSchema, streamDataSchema, streamHeartbeatSchema, streamResetSchema } from "../api/contract/index.ts";
import type { ResponseOf } from "./call-types.ts";

export type Service = ResponseOf<"GET /api/v1/services/{service}">;
export type Version = ResponseOf<"GET /api/v1/services/{service}/versions/{version}">;
export type Instance = ResponseOf<"GET /api/v1/services/{service}/instances">["items"][number];
export type DiscoveredInstance = ResponseOf<"GET /api/v1/discovery/{service}">["items"][number];
export type Split = ResponseOf<"GET /api/v1/services/{service}/split">;
export type Accepted = Split["accepted"];
export type Observed = Split["observed"];
export type Routes = ResponseOf<"GET /api/v1/services/{service}/routes">;
export type RouteRule = Routes["rules"][number];
export type RouteMatch = RouteRule["matches"][number];
export type EvidenceFact = ResponseOf<"GET /api/v1/evidence">["items"][number];
export type Change = ResponseOf<"GET /api/v1/changes/{id}">;
/** What every write answers; creates add the resource. */
export type WriteAnswer = ResponseOf<"PUT /api/v1/services/{service}/split">;
export type Topology = ResponseOf<"GET /api/v1/topology">;
export type TopologyService = Topology["services"][number];
export type TopologyVersion = TopologyService["versions"][number];
export type TopologyEdge = Topology["edges"][number];
export type EdgeEnd = TopologyEdge["from"];
export type Verdict = TopologyEdge["verdict"];
export type Mesh = ResponseOf<"GET /api/v1/mesh">;
export type Proxy = Mesh["proxies"][number];
export type Series = ResponseOf<"GET /api/v1/series">;
export type CompatibilityMatrix = ResponseOf<"GET /api/v1/compatibility">;
export type CompatibilityCell = CompatibilityMatrix["cells"][number];
/** A pair that nothing decides, and what finding out would be worth. */
export type Unknown = ResponseOf<"GET /api/v1/unknowns">["items"][number];
export type Evidence = CompatibilityCell["evidence"][number];
export type ShiftVerdict = ResponseOf<"POST /api/v1/can-i-shift">;
export type PairReason = ShiftVerdict["reasons"][number];
export type Exposure = ShiftVerdict["exposure"]["before"];
export type Load = ResponseOf<"GET /api/v1/load">;
export type Manifest = z.output<typeof manifestSchema>;
/** The problem+json of a refusal. */
export type Problem = z.output<typeof problemSchema>;
export type ProblemItem = Problem["errors"][number];
/** Data of the stream's `snapshot` and `delta` events. */
export type StreamData = z.output<typeof streamDataSchema>;
/** Data of the stream's `reset` event: what was held of this topic is no longer continued, a snapshot follows. */
export type StreamReset = z.output<typeof streamResetSchema>;
export type StreamHeartbeat = z.output<typeof streamHeartbeatSchema>;
export type HealthEvent = Extract<StreamData, { topic: "health" }>["events"][number];
