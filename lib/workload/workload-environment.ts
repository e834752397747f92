/**
 * What a program is told of the mesh. Programs differ in the spelling of the proxy's variables that they read (curl: lower case only), many take an
 * inherited exception list into account, and Node's own `fetch` and `http` look at none of it without NODE_USE_ENV_PROXY: so both spellings are set, the
 * exceptions are emptied, and Node is told to look.
 *
 * Only plain HTTP goes through the mesh. HTTPS_PROXY and ALL_PROXY stay as they are: calls to the outside are the program's own, unless its operator
 * points these at INTERLOCK_PROXY, which then holds them to the mesh's list of targets outside.
 */
export interface Membership {
  readonly service: string;
  readonly version: string;
  readonly instance: string;
  readonly node: string;
  readonly zone: string;
  readonly port: number;
  /** The outbound proxy of this instance, as a URL. */
  readonly proxyUrl: string;
  readonly apiUrl: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** `inherited` with what the program needs to know. */
export function workloadEnvironment(inherited: Environment, membership: Membership): Environment {
  const { apiUrl, instance, node, port, proxyUrl, service, version, zone } = membership;
  // The key of the mesh's authority is nobody's but the engine's.
  const { INTERLOCK_KEK: _, INTERLOCK_KEK_OLD: __, ...rest } = inherited;
  return {
    ...rest,
    PORT: String(port),
    HOST: "127.0.0.1",
    HTTP_PROXY: proxyUrl,
    http_proxy: proxyUrl,
    NO_PROXY: "",
    no_proxy: "",
    NODE_USE_ENV_PROXY: "1",
    INTERLOCK_SERVICE: service,
    INTERLOCK_VERSION: version,
    INTERLOCK_INSTANCE: instance,
    INTERLOCK_NODE: node,
    INTERLOCK_ZONE: zone,
    INTERLOCK_PROXY: proxyUrl,
    INTERLOCK_API: apiUrl,
  };
}
