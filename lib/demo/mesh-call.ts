import http from "node:http";

/** An answer of another service, body read whole. */
export interface MeshAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Headers that travel along a whole chain of calls. */
const CHAIN_HEADERS = ["traceparent", "tracestate", "baggage"] as const;

/** Calls another service; throws when no answer came. */
export type MeshCall = (
  service: string,
  path: string,
  options?: { readonly method?: string; readonly body?: unknown; readonly chain?: http.IncomingHttpHeaders },
) => Promise<MeshAnswer>;

/**
 * Calls services by name through the instance's own proxy, as `HTTP_PROXY` names it: the request line carries the absolute URL
 * (RFC 9112, 3.2.2), so that the proxy knows the target and, by its listener, the caller.
 */
export function createMeshCall(proxyUrl: string): MeshCall {
  const proxy = new URL(proxyUrl);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 128, keepAliveMsecs: 10_000 });
  return (service, path, options = {}) =>
    new Promise((resolve, reject) => {
      const payload = options.body === undefined ? undefined : JSON.stringify(options.body);
      const headers: http.OutgoingHttpHeaders = { host: `${service}.mesh` };
      for (const name of CHAIN_HEADERS) {
        const value = options.chain?.[name];
        if (value !== undefined) headers[name] = value;
      }
      if (payload !== undefined) {
        headers["content-type"] = "application/json";
        headers["content-length"] = Buffer.byteLength(payload);
      }
      const target = `http://${service}.mesh${path}`;
      const request = http.request({
        agent,
        host: proxy.hostname,
        port: proxy.port,
        method: options.method ?? "GET",
        path: target,
        headers,
        timeout: 20_000,
      });
      request.on("timeout", () => request.destroy(new Error(`${service} did not answer`)));
      request.on("error", reject);
      request.on("response", (response) => {
        readBody(response).then((text) => resolve({ status: response.statusCode ?? 0, body: parseJson(text) }), reject);
      });
      request.end(payload);
    });
}

/** Reads a message to its end; rejects when it was cut short. */
export async function readBody(message: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** The value of a JSON text, or null when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
