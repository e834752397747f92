import type { Refusal } from "../../model/index.ts";
import { refusal } from "../answer.ts";

/**
 * The `Host` values that a loopback address with one of `ports` has in a browser or a program. Without a port: the Unix socket, where
 * programs send a bare name.
 */
export function loopbackHosts(ports: readonly number[]): Set<string> {
  const names = ["127.0.0.1", "localhost", "[::1]"];
  return new Set(names.flatMap((name) => [name, ...ports.map((port) => `${name}:${port}`)]));
}

/** Refuses a `Host` that is not ours: a page whose name was re-bound to this machine (DNS rebinding) reaches us under its own name. */
export function checkHost(host: string | undefined, known: ReadonlySet<string>): Refusal | undefined {
  if (host !== undefined && known.has(host.toLowerCase())) return undefined;
  return refusal({
    path: "headers.host",
    code: "host.unknown",
    detail: `This engine does not answer to the host "${host ?? ""}".`,
    fix: "Use 127.0.0.1 or localhost with the port of the console or of the API.",
  });
}
