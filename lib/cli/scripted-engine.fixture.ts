import http from "node:http";
import type { AddressInfo } from "node:net";
import { contract } from "../api/contract/index.ts";
import type { OperationKey } from "../client/index.ts";

export interface SeenRequest {
  readonly key: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: unknown;
}

/** What a scripted engine answers to one operation: a body that the contract accepts, or a problem with its status. */
export type ScriptedAnswer =
  | { readonly body: unknown }
  | { readonly problem: Readonly<Record<string, unknown>> & { readonly status: number } };

export interface ScriptedEngine {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  close(): Promise<void>;
}

/** A server that answers operations by their concrete `METHOD /path?query`; every success body is checked against the contract, so that no script drifts from it. */
export async function startScriptedEngine(
  script: Readonly<Record<string, readonly [OperationKey, ScriptedAnswer]>>,
): Promise<ScriptedEngine> {
  const seen: SeenRequest[] = [];
  const server = http.createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const key = `${request.method} ${request.url}`;
    seen.push({ key, headers: request.headers, body: text === "" ? undefined : JSON.parse(text) });
    const [operation, answer] = script[key] ?? [];
    if (operation === undefined || answer === undefined) {
      response
        .writeHead(404)
        .end(JSON.stringify({ code: "route.unknown", detail: `not in the script: ${key}`, title: "No such path", errors: [] }));
      return;
    }
    if ("problem" in answer) {
      response.writeHead(answer.problem.status, { "content-type": "application/problem+json" }).end(JSON.stringify(answer.problem));
      return;
    }
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(contract[operation].response.parse(answer.body)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
