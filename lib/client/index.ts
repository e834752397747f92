/**
 * The way into Interlock for browser and command line: the typed API client, query options, and the live stream.
 * It knows the wire contract by its types only, so that no validation library ends up in a browser bundle; it knows neither React nor Node.
 *
 * Invariants: a refusal is always thrown as `ApiProblem` with the stable code of the wire, an engine that cannot be reached is
 * `engine.unreachable`; the live stream never ends by itself, it reconnects and resumes until it is closed; a browser holds one
 * live connection, whatever the number of its tabs.
 */
export { type ApiClient, type ApiClientOptions, createApiClient, describeCall } from "./api-client.ts";
export { ApiProblem } from "./api-problem.ts";
export type { CallAnswer, CallRequest, DescribedRequest, OperationKey, ResponseOf } from "./call-types.ts";
export { openLiveStream } from "./live-stream.ts";
export type { LiveEvent, LiveState, LiveStatus, LiveStream, LiveStreamOptions, LiveTopic } from "./live-types.ts";
export { type Log, type LogStreamOptions, openLogStream } from "./log-stream.ts";
export { createQueries, type Queries, type QueryOptions, queryKeys } from "./queries.ts";
export { openSharedLiveStream, type SharedLiveStreamOptions } from "./shared-live-stream.ts";
export type { SteadyState, SteadyStream } from "./steady-stream.ts";
export {
  openTapStream,
  type TapEntry,
  type TapQuery,
  type TapState,
  type TapStatus,
  type TapStream,
  type TapStreamOptions,
} from "./tap-stream.ts";
export { edgeKey } from "./topology-delta.ts";
export type {
  Accepted,
  Change,
  CompatibilityCell,
  CompatibilityMatrix,
  DiscoveredInstance,
  EdgeEnd,
  Evidence,
  EvidenceFact,
  Exposure,
  HealthEvent,
  Instance,
  Load,
  Manifest,
  Mesh,
  Observed,
  PairReason,
  Problem,
  ProblemItem,
  Proxy,
  RouteMatch,
  RouteRule,
  Routes,
  Series,
  Service,
  ShiftVerdict,
  Split,
  StreamData,
  StreamHeartbeat,
  StreamReset,
  Topology,
  TopologyEdge,
  TopologyService,
  TopologyVersion,
  Unknown,
  Verdict,
  Version,
  WriteAnswer,
} from "./wire-types.ts";
