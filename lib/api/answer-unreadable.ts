import { type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { Problem } from "../model/index.ts";
import { problemAnswer, refusal } from "./answer.ts";

/** Lets the server say in our own words why it cannot read a request: such a request never becomes one that the API sees. */
export function answerUnreadable(server: Server): void {
  const answers = new WeakMap<Duplex, ServerResponse>();
  server.on("request", (request, response) => answers.set(request.socket, response));
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Duplex) => {
    const last = answers.get(socket);
    // Bytes of ours in the middle of another answer would be taken for a part of it.
    const isAnswering = last?.headersSent && !last.writableFinished;
    if (!socket.writable || isAnswering) socket.destroy(error);
    else socket.end(encodeProblem(problemOf(error.code)), () => socket.destroy());
  });
}

function problemOf(code: string | undefined): Problem {
  if (code === "HPE_HEADER_OVERFLOW") {
    const detail = "The address and headers of the request are longer than 16 KiB.";
    return { path: "headers", code: "request.head-too-large", detail, fix: "Send less in the address and the headers." };
  }
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") {
    const detail = "The request was not complete in time.";
    return { path: "", code: "request.timeout", detail, fix: "Send it again, without a pause." };
  }
  return { path: "", code: "request.malformed", detail: "The request is not valid HTTP/1.1.", fix: "Send it with an HTTP client." };
}

function encodeProblem(problem: Problem): string {
  const { status, headers, body } = problemAnswer(refusal(problem), {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    connection: "close",
  });
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
