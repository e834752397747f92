/**
 * The HTTP face of the engine: the wire contract, its operations, the live stream, and the server on loopback and Unix socket.
 *
 * Invariants: the contract (`contract/`) is declared once and gives validation, OpenAPI document and client types; every refusal is
 * problem+json with a stable code; a refused write has written nothing; only known `Host` values are answered and writes from other
 * sites are refused; a slow or hostile client costs a bounded amount of memory and time. It decides nothing about the mesh: every write
 * becomes a command of `lib/engine`. Order of checks: `perform.ts`. Stream: `stream/stream-hub.ts`.
 */
export { type Api, type ApiOptions, createApi } from "./create-api.ts";
export { loopbackHosts } from "./request/host.ts";
export type { LoadPort, LoadView } from "./routes/load.ts";
export type { LogPort } from "./routes/logs.ts";
export { type ApiServer, type ServeOptions, serveApi } from "./serve-api.ts";
export { createSocketLoad } from "./socket-load.ts";
