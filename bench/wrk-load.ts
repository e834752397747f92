import { spawnBeside } from "./data-plane-bed.ts";

/** A head of 450 bytes, as browsers and programs send them. */
const HEADERS: readonly string[] = [
  "Host: a.mesh",
  "User-Agent: Mozilla/5.0 (X11; Linux x86_64) bench",
  "Accept: application/json, text/plain, */*",
  "Accept-Encoding: gzip, br",
  `Authorization: Bearer ${"a".repeat(100)}`,
  "X-Request-Id: 0123456789abcdef0123456789abcdef",
  "Traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  "Cookie: sid=0123456789abcdef; theme=dark",
];

export interface WrkLoad {
  readonly port: number;
  readonly seconds: number;
  readonly connections: number;
  /** "/" when absent. */
  readonly path?: string;
}

/** Runs wrk beside the proxies; resolves with the requests that were answered, rejects when an answer was no 2xx or a connection broke: that is another job. */
export function wrkRequests({ port, seconds, connections, path = "/" }: WrkLoad): Promise<number> {
  const headers = HEADERS.flatMap((header) => ["-H", header]);
  const child = spawnBeside(["wrk", "-t1", `-c${connections}`, `-d${seconds}`, ...headers, `http://127.0.0.1:${port}${path}`]);
  return new Promise((resolve, reject) => {
    let output = "";
    child.stdout?.on("data", (chunk) => {
      output += chunk;
    });
    child.on("error", reject);
    child.on("close", () => {
      const requests = Number(/(\d+) requests in/.exec(output)?.[1] ?? 0);
      if (requests === 0 || /Non-2xx|Socket errors/.test(output)) reject(new Error(output));
      else resolve(requests);
    });
  });
}
