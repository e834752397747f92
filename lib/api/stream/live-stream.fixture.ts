import http from "node:http";
import type { RunningApi } from "../api.fixture.ts";

export interface ReceivedEvent {
  readonly kind: string;
  readonly id: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events of every topic
  readonly data: any;
}

/** A reader of the real stream over TCP. */
export interface StreamReading {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly events: readonly ReceivedEvent[];
  readonly body: string;
  /** Resolves with the first event that fits, past or to come; rejects when the stream ends before. */
  until(fits: (event: ReceivedEvent) => boolean): Promise<ReceivedEvent>;
  /** Resolves when the server has ended the stream. */
  readonly ended: Promise<void>;
  close(): void;
}

/** Opens a stream. */
export function readStream(api: Pick<RunningApi, "port">, query: string, headers: Record<string, string> = {}): Promise<StreamReading> {
  return new Promise((resolve, reject) => {
    const request = http.get({ port: api.port, path: `/api/v1/stream${query}`, headers, agent: false }, (response) => {
      const events: ReceivedEvent[] = [];
      const checks = new Set<() => void>();
      let text = "";
      let body = "";
      let over = false;
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        body += chunk;
        const blocks = (text + chunk).split("\n\n");
        text = blocks.pop() ?? "";
        events.push(...blocks.map(parse));
        for (const check of checks) check();
      });
      const ended = new Promise<void>((done) =>
        response.on("close", () => {
          over = true;
          for (const check of checks) check();
          done();
        }),
      );
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        events,
        get body() {
          return body;
        },
        until: (fits) =>
          new Promise((found, failed) => {
            const check = () => {
              const event = events.find(fits);
              if (event !== undefined) found(event);
              else if (over) failed(new Error("the stream ended"));
              if (event !== undefined || over) checks.delete(check);
            };
            checks.add(check);
            check();
          }),
        ended,
        close: () => request.destroy(),
      });
    });
    request.on("error", reject);
  });
}

function parse(block: string): ReceivedEvent {
  const [kind = "", id = "", data = ""] = ["event: ", "id: ", "data: "].map((name, line) =>
    (block.split("\n")[line] ?? "").slice(name.length),
  );
  return { kind, id, data: JSON.parse(data) };
}
