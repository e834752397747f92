import semver from "semver";
import type { CallRequest } from "../../client/index.ts";
import { UsageError } from "../exit-code.ts";
import { parseDuration } from "../parse-moment.ts";

/** Options of `interlock deploy` as commander gives them. */
export interface DeployOptions {
  readonly service?: string;
  readonly version?: string;
  readonly replicas: string;
  readonly node: readonly string[];
  readonly env: readonly string[];
  readonly requires: readonly string[];
  readonly health: string;
  readonly startWithin?: string;
  readonly autoscale?: string;
  readonly maxSurge?: string;
  readonly maxUnavailable?: string;
  readonly alpha?: string;
  readonly gamma?: string;
  readonly capacity?: string;
  readonly reason?: string;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
  readonly timeout?: string;
}

type Body = CallRequest<"PUT /api/v1/services/{service}/versions/{version}/deployment">["body"];

export interface ParsedDeployment {
  readonly service: string;
  readonly version: string;
  readonly requirements: Readonly<Record<string, string>>;
  readonly body: Body;
}

/** Throws `UsageError` with everything that cannot be read; what it means is left to the engine. */
export function parseDeployment(options: DeployOptions, words: readonly string[]): ParsedDeployment {
  const problems: string[] = [];
  const { service = "", version = "" } = options;
  if (service === "") problems.push("--service is missing; name the service whose version this is.");
  if (version === "") problems.push("--version is missing; give the version that the program is, such as 1.2.0.");
  else if (semver.valid(version) === null) problems.push(`--version: "${version}" is no version; write for example 1.2.0.`);
  if (words.length === 0) problems.push("The command is missing; put it behind two dashes: interlock deploy … -- node server.js.");
  const number = (option: string, text: string | undefined): number | undefined => {
    if (text === undefined) return undefined;
    if (text.trim() === "" || !Number.isFinite(Number(text))) problems.push(`${option}: "${text}" is no number.`);
    return Number(text);
  };
  const pairs = (option: string, texts: readonly string[], example: string): Record<string, string> =>
    Object.fromEntries(
      texts.map((text) => {
        const equals = text.indexOf("=");
        if (equals <= 0) problems.push(`${option}: "${text}" is not name=value; write for example ${example}.`);
        return [text.slice(0, equals), text.slice(equals + 1)];
      }),
    );
  const body: Body = {
    replicas: number("--replicas", options.replicas) ?? 1,
    command: [...words],
    env: pairs("--env", options.env, "LOG_LEVEL=debug"),
    health: healthOf(options, problems),
    ...(options.node.length > 0 && { nodes: [...options.node] }),
    ...(options.autoscale !== undefined && { autoscale: autoscaleOf(options.autoscale, problems) }),
    ...known("maxSurge", number("--max-surge", options.maxSurge)),
    ...known("maxUnavailable", number("--max-unavailable", options.maxUnavailable)),
    ...known("alpha", number("--alpha", options.alpha)),
    ...known("gamma", number("--gamma", options.gamma)),
    ...known("capacityRps", number("--capacity", options.capacity)),
    ...(options.reason !== undefined && { reason: options.reason }),
  };
  const requirements = pairs("--requires", options.requires, "payments=^2.1");
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
  return { service, version, requirements, body };
}

function known<K extends string>(name: K, value: number | undefined): Partial<Record<K, number>> {
  return value === undefined ? {} : ({ [name]: value } as Record<K, number>);
}

function healthOf({ health, startWithin }: DeployOptions, problems: string[]): NonNullable<Body["health"]> {
  if (health !== "tcp" && !health.startsWith("/"))
    problems.push(`--health: "${health}" is no path; write tcp, or a path such as /healthz.`);
  const within = startWithin === undefined ? {} : { startWithinMs: durationOf("--start-within", startWithin, problems) };
  return health === "tcp" ? { kind: "tcp", ...within } : { kind: "http", path: health, ...within };
}

/** `2..8@50`, or `2..8@50,5m`: from 2 to 8 instances, 50 requests/s each, fewer only after five minutes of less. */
function autoscaleOf(text: string, problems: string[]): NonNullable<Body["autoscale"]> {
  const found = /^(\d+)\.\.(\d+)@(\d+(?:\.\d+)?)(?:,(\w+))?$/.exec(text);
  if (found === null) problems.push(`--autoscale: "${text}" is not min..max@rps; write for example 2..8@50, or 2..8@50,5m.`);
  const [, min = "1", max = "1", targetRps = "1", window] = found ?? [];
  const within = window === undefined ? {} : { stabilisationMs: durationOf("--autoscale", window, problems) };
  return { min: Number(min), max: Number(max), targetRps: Number(targetRps), ...within };
}

function durationOf(option: string, text: string, problems: string[]): number {
  try {
    return parseDuration(text);
  } catch {
    problems.push(`${option}: "${text}" is no duration; write for example 30s.`);
    return 0;
  }
}
