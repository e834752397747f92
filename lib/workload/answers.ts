import { get } from "node:http";
import net from "node:net";

/** How it is found out that a program serves: a connection, or an answer below 400 to a GET. */
export type HealthCheck = { readonly kind: "tcp" } | { readonly kind: "http"; readonly path: string };

const PATIENCE_MS = 2_000;

/** Whether the program at a loopback port passes its check now. Never rejects. */
export function answers(port: number, check: HealthCheck): Promise<boolean> {
  return check.kind === "tcp" ? accepts(port) : answersGet(port, check.path);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: "127.0.0.1", port, timeout: PATIENCE_MS });
    const end = (isUp: boolean) => {
      socket.destroy();
      resolve(isUp);
    };
    socket.on("connect", () => end(true));
    socket.on("timeout", () => end(false));
    socket.on("error", () => end(false));
  });
}

function answersGet(port: number, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: "127.0.0.1", port, path, agent: false, timeout: PATIENCE_MS }, (response) => {
      response.resume();
      resolve((response.statusCode ?? 500) < 400);
    });
    request.on("timeout", () => request.destroy(new Error("no answer in time")));
    request.on("error", () => resolve(false));
  });
}
