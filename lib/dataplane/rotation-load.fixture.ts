/** Requests at a steady rate over kept connections, each answer looked at. */
import http from "node:http";

export interface RunningLoad {
  /** Stops, and waits for what is under way. */
  stop(): Promise<{ readonly answered: number; readonly failures: readonly string[] }>;
}

/** Through an outbound listener to `api`; one request in four has a body and is not idempotent. */
export function startLoad(
  port: number,
  { connections, perSecond }: { readonly connections: number; readonly perSecond: number },
): RunningLoad {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  const underWay = new Set<Promise<void>>();
  const failures: string[] = [];
  let answered = 0;
  let sent = 0;
  const startedMs = performance.now();
  const ask = (isPost: boolean) =>
    new Promise<void>((resolve) => {
      const fail = (why: string) => {
        failures.push(`${Math.round(performance.now() - startedMs)} ms: ${why}`);
        resolve();
      };
      const request = http.request({
        host: "127.0.0.1",
        port,
        agent,
        path: "/load",
        method: isPost ? "POST" : "GET",
        headers: { host: "api.mesh" },
      });
      request.on("error", (error) => fail(error.message));
      request.on("response", (response) => {
        response.on("error", (error) => fail(error.message));
        response.resume().on("end", () => {
          if (response.statusCode !== 200) return fail(`${response.statusCode} ${response.headers["x-interlock-code"] ?? ""}`);
          answered++;
          resolve();
        });
      });
      request.end(isPost ? "body" : undefined);
    });
  const timer = setInterval(() => {
    for (const due = ((performance.now() - startedMs) / 1_000) * perSecond; sent < due; sent++) {
      if (underWay.size > 1_000) continue;
      const asked = ask(sent % 4 === 0);
      underWay.add(asked);
      void asked.then(() => underWay.delete(asked));
    }
  }, 5);
  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(underWay);
      agent.destroy();
      return { answered, failures };
    },
  };
}
