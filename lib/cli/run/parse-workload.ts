import semver from "semver";
import type { HealthCheck } from "../../workload/index.ts";
import { UsageError } from "../exit-code.ts";
import { parseDuration } from "../parse-moment.ts";

/** A program that shall be an instance of a service. */
export interface Workload {
  readonly service: string;
  readonly version: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Null: a free one is drawn. */
  readonly port: number | null;
  /** Null: a node with a proxy is chosen. */
  readonly node: string | null;
  readonly zone: string | null;
  readonly requirements: Readonly<Record<string, string>>;
  readonly health: HealthCheck;
  /** From the moment that it gets no new requests to SIGTERM. */
  readonly drainMs: number;
  /** From SIGTERM to SIGKILL. */
  readonly graceMs: number;
}

/** Options of the command line as commander gives them. */
export interface RunOptions {
  readonly service?: string;
  readonly version?: string;
  readonly port?: string;
  readonly node?: string;
  readonly zone?: string;
  readonly requires: readonly string[];
  readonly health: string;
  readonly drain: string;
  readonly grace: string;
}

/** Throws `UsageError` with everything that is wrong. What the registry judges (names, ranges) is left to the engine. */
export function parseWorkload(options: RunOptions, words: readonly string[]): Workload {
  const problems: string[] = [];
  const { service = "", version = "", port, health } = options;
  const [command = "", ...args] = words;
  if (service === "") problems.push("--service is missing; name the service that the program is an instance of.");
  if (version === "") problems.push("--version is missing; give the version that the program is, such as 1.2.0.");
  else if (semver.valid(version) === null) problems.push(`--version: "${version}" is no version; write for example 1.2.0.`);
  if (command === "") problems.push("The command is missing; put it behind two dashes: interlock run … -- node server.js.");
  if (port !== undefined && !isPort(port)) problems.push(`--port: "${port}" is no port; give a whole number from 1 to 65535.`);
  if (health !== "tcp" && !/^\/[!-~]*$/.test(health))
    problems.push(`--health: "${health}" is no path; write tcp, or a path such as /healthz.`);
  for (const text of options.requires) {
    if (!/^[^=]+=.+$/.test(text)) problems.push(`--requires: "${text}" is not service=range; write for example payments=^2.1.`);
  }
  const [drainMs, graceMs] = [readDuration(options.drain, "--drain", problems), readDuration(options.grace, "--grace", problems)];
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
  return {
    service,
    version,
    command,
    args,
    port: port === undefined ? null : Number(port),
    node: options.node ?? null,
    zone: options.zone ?? null,
    requirements: Object.fromEntries(options.requires.map(splitAtEquals)),
    health: health === "tcp" ? { kind: "tcp" } : { kind: "http", path: health },
    drainMs,
    graceMs,
  };
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65_536;
}

function splitAtEquals(text: string): readonly [string, string] {
  const equals = text.indexOf("=");
  return [text.slice(0, equals), text.slice(equals + 1)];
}

function readDuration(text: string, option: string, problems: string[]): number {
  if (text === "0") return 0;
  try {
    return parseDuration(text);
  } catch {
    problems.push(`${option}: "${text}" is no duration; write for example 5s.`);
    return 0;
  }
}
