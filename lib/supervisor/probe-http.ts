import { get } from "node:http";

const PROBE_TIMEOUT_MS = 2_000;

/** Whether a GET on the loopback interface answers below 500. It never throws; no answer within 2 s is a no. */
export function probeHttp(port: number, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: "127.0.0.1", port, path, agent: false, timeout: PROBE_TIMEOUT_MS }, (response) => {
      response.resume();
      resolve((response.statusCode ?? 500) < 500);
    });
    request.on("timeout", () => request.destroy(new Error("no answer in time")));
    request.on("error", () => resolve(false));
  });
}
