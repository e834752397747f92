import { openTapStream, type TapEntry, type TapQuery } from "../../client/index.ts";
import type { CliContext } from "../cli-context.ts";
import type { CommandHost } from "../command-host.ts";
import { EXIT, type ExitCode, UsageError } from "../exit-code.ts";
import { printable } from "../printable.ts";

interface TapOptions extends Omit<TapQuery, "minDurationMs" | "version"> {
  /** Not `--version`, which is the command line's own. */
  readonly serviceVersion?: string;
  readonly minDuration?: string;
  readonly limit?: string;
}

/** `interlock tap [--service name] …` */
export function addTap({ program, action }: CommandHost): void {
  program
    .command("tap")
    .description("requests as they end, until interrupted; with --json one object per line")
    .option("--service <name>", "only requests to this service")
    .option("--service-version <version>", "only to this version of it")
    .option("--caller <name>", "only from this service; ingress for traffic from outside")
    .option("--caller-version <version>", "only from this version of it")
    .option("--method <method>", "only with this method")
    .option("--path <prefix>", "only paths that begin with this")
    .option("--status <status>", "503, a class such as 5xx, or a range such as 500-599")
    .option("--code <code>", "only answers of proxies with this code, such as upstream.timeout")
    .option("--min-duration <ms>", "only requests that took at least so many milliseconds")
    .option("--limit <n>", "end after so many requests")
    .action(
      action(async (context, options: TapOptions) => {
        const limit = options.limit === undefined ? Number.POSITIVE_INFINITY : wholeNumber("--limit", options.limit);
        return await follow(context, queryOf(options), limit);
      }),
    );
}

function queryOf({ minDuration, serviceVersion: version, ...rest }: TapOptions): TapQuery {
  const query = { ...rest, version };
  const known = ["service", "version", "caller", "callerVersion", "method", "path", "status", "code"] as const;
  const given = known.flatMap((name) => (query[name] === undefined ? [] : [[name, query[name]]]));
  const minDurationMs = minDuration === undefined ? {} : { minDurationMs: wholeNumber("--min-duration", minDuration) };
  return { ...Object.fromEntries(given), ...minDurationMs };
}

function wholeNumber(option: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`${option}: "${text}" is not a whole number.`);
  return Number(text);
}

/** Ends when the user interrupts, at the limit, or when the engine refuses the filter. */
function follow(context: CliContext, query: TapQuery, limit: number): Promise<ExitCode | undefined> {
  const { io } = context;
  let left = limit;
  return new Promise((resolve, reject) => {
    // The stream's own timers do not keep a process alive, and waiting for a reconnect is part of following.
    const awake = setInterval(() => {}, 60_000);
    const end = (finish: () => void) => {
      clearInterval(awake);
      stream.close();
      finish();
    };
    const stream = openTapStream({
      url: `${context.apiUrl}/api/v1/tap`,
      query,
      onStatus: ({ problem, proxies, state }) => {
        if (state === "refused") end(() => (problem === null ? resolve(EXIT.refused) : reject(problem)));
        else if (state === "lost") io.writeError("The engine does not answer; trying again.\n");
        else if (state === "live" && proxies === 0) io.writeError("No proxy is connected, so no request is seen.\n");
      },
      onEntries: (entries, dropped) => {
        for (const entry of entries.slice(0, left)) show(context, entry);
        if (dropped > 0) io.writeError(`${dropped} more that fit are not shown: more came than can be followed.\n`);
        left -= entries.length;
        if (left <= 0) end(() => resolve(undefined));
      },
    });
    if (io.interrupted.aborted) end(() => resolve(undefined));
    else io.interrupted.addEventListener("abort", () => end(() => resolve(undefined)), { once: true });
  });
}

function show(context: CliContext, entry: TapEntry): void {
  if (context.json) context.io.write(`${JSON.stringify(entry)}\n`);
  else context.say(lineOf(context, printable(entry)));
}

/** `12:00:01.234  ingress → payments 2.1.0  GET /pay  200  12.3 ms`, and what is out of the ordinary. */
function lineOf({ paint }: CliContext, entry: TapEntry): string {
  const { atMs, attempts, callee, caller, code, durationMs, encrypted, method, mirror, path, rule, side, status } = entry;
  const time = new Date(atMs).toISOString().slice(11, 23);
  const shown = status === 0 ? "gone" : String(status);
  const colour = status === 0 || status >= 500 ? paint.red : status >= 400 ? paint.yellow : paint.green;
  const notes = [
    code,
    rule === null ? null : `rule ${rule}`,
    attempts > 1 ? `${attempts} attempts` : null,
    mirror ? "mirrored" : null,
    encrypted ? "mTLS" : null,
    side === "callee" ? "at the callee" : null,
  ].filter((note) => note !== null);
  const target = `${paint.bold(method)} ${path}`;
  return `${paint.dim(time)}  ${endOf(caller)} → ${endOf(callee)}  ${target}  ${colour(shown)}  ${durationMs.toFixed(1)} ms  ${paint.dim(notes.join(", "))}`.trimEnd();
}

function endOf({ service, version }: TapEntry["caller"]): string {
  return version === null ? service : `${service} ${version}`;
}
