/** Node's flags for every child. */
export const NODE_FLAGS: readonly string[] = ["--disable-warning=ExperimentalWarning"];

/**
 * Node's flags for a child that carries traffic. What it allocates dies within milliseconds, and left to itself V8 lets room for such objects grow to 128 MB
 * and looks for old garbage only beyond hundreds of MB: over 9 minutes of `lib/dataplane/proxy.soak.ts` resident memory rose from 148 to 303 MB, of which 23 MB
 * were in use. With these bounds it stays below 225 MB, for the same CPU per request.
 */
export const TRAFFIC_FLAGS: readonly string[] = [...NODE_FLAGS, "--max-semi-space-size=8", "--initial-old-space-size=48"];
