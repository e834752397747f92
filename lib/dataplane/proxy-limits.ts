/** Every limit and timeout of the proxy. Bytes, milliseconds, counts. */
export interface ProxyLimits {
  /** Request head, its empty line included: 431 beyond. */
  readonly headBytesMax: number;
  readonly headersMax: number;
  /** Head of an instance's answer: 502 beyond. */
  readonly answerHeadBytesMax: number;
  readonly answerHeadersMax: number;
  /** Request body: 413 beyond. */
  readonly bodyBytesMax: number;
  /** Connections of callers per listener: 503 `proxy.overloaded` beyond. */
  readonly connectionsMax: number;
  /** What a caller may send ahead of an answer, and what may wait in a socket for a slow reader, before reading stops. */
  readonly heldBytesMax: number;
  /** From the first moment a head is awaited on a new connection, or its first byte on a kept one, to its end: 408 beyond. */
  readonly headTimeoutMs: number;
  /** A caller's connection without a request. */
  readonly keepAliveMs: number;
  /** From the end of the request to the head of the answer: 504 beyond. It does not cut an answer that has begun. */
  readonly answerTimeoutMs: number;
  /** Between two bytes of a body, of an event stream, or of a tunnel, in the direction that is awaited. */
  readonly idleTimeoutMs: number;
  /** While the answer is awaited, a request body brings at least `bodyWindowBytes` in each `bodyWindowMs` that the instance takes it: 408 otherwise. */
  readonly bodyWindowMs: number;
  readonly bodyWindowBytes: number;
  readonly connectTimeoutMs: number;
  /** From the TCP connection to the end of the TLS handshake. The peer's kernel takes the one, its proxy has to find time for the other. */
  readonly handshakeTimeoutMs: number;
  /** For all attempts to connect of one request together. */
  readonly connectBudgetMs: number;
  readonly attemptsMax: number;
  /** A connection to an instance that announces no `Keep-Alive: timeout` is used again within this time. Node closes after 5 s. */
  readonly upstreamIdleMs: number;
  /** An announced time is trusted up to this, less a second for the race. */
  readonly upstreamIdleMsMax: number;
  /** Unused connections kept per instance. */
  readonly upstreamIdleMax: number;
  /** New requests are refused, some at first, then more, while the event loop comes round this late all the time. */
  readonly shedLagMs: number;
  /** An instance that refused a connection is taken as unhealthy for this long. */
  readonly avoidMs: number;
  /** How long a closed connection may go on sending what nobody reads, so that the last answer is not lost to a reset. */
  readonly lingerMs: number;
  /** How long a caller that has ended its sending side is given between bytes of its answers, before it is taken as gone. */
  readonly halfCloseMs: number;
  /** Requests under way at SIGTERM may finish within this. */
  readonly drainMs: number;
}

export const DEFAULT_LIMITS: ProxyLimits = {
  headBytesMax: 32 * 1024,
  headersMax: 100,
  answerHeadBytesMax: 64 * 1024,
  answerHeadersMax: 256,
  bodyBytesMax: 64 * 1024 * 1024,
  connectionsMax: 4_096,
  heldBytesMax: 64 * 1024,
  headTimeoutMs: 10_000,
  keepAliveMs: 60_000,
  answerTimeoutMs: 15_000,
  idleTimeoutMs: 60_000,
  bodyWindowMs: 20_000,
  bodyWindowBytes: 10_000,
  connectTimeoutMs: 1_000,
  handshakeTimeoutMs: 5_000,
  connectBudgetMs: 2_500,
  attemptsMax: 8,
  upstreamIdleMs: 4_000,
  upstreamIdleMsMax: 60_000,
  upstreamIdleMax: 1_024,
  shedLagMs: 50,
  avoidMs: 2_000,
  lingerMs: 1_000,
  halfCloseMs: 1_000,
  drainMs: 3_000,
};
