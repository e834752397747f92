import type { CliContext } from "../cli-context.ts";
import type { CommandHost } from "../command-host.ts";
import { describeRelease, releaseBar, stateCell } from "../describe-release.ts";
import { EXIT, type ExitCode, UsageError } from "../exit-code.ts";
import { formatAge, formatCount } from "../format-figures.ts";
import { parseDuration } from "../parse-moment.ts";
import { parseRef } from "../parse-ref.ts";
import { readDocument } from "../read-document.ts";
import { watchRelease } from "../watch-release.ts";

interface Options {
  readonly strategy?: string;
  readonly strategyFile?: string;
  readonly plan?: string;
  readonly gates?: string;
  readonly minRequests?: string;
  readonly deadline?: string;
  readonly latency?: string;
  readonly wait?: boolean;
  readonly watch?: boolean;
  readonly reason?: string;
  readonly dryRun?: boolean;
  readonly service?: string;
  readonly active?: boolean;
  readonly weight?: string;
  readonly output?: string;
}

type ReleaseVerb = (typeof VERBS)[number][0];

const VERBS = [
  ["pause", "stop at the present weight; nobody judges it meanwhile"],
  ["resume", "go on with a release that is paused or held"],
  ["promote", "take the next step now"],
  ["step-back", "go back to the step before, and hold there"],
  ["jump", "go to a weight: --weight 25 %"],
  ["hold", "stay at the present step, judged, until resumed"],
  ["abort", "end it: the weights go back to where they were"],
  ["retry", "begin a release again that went back"],
  ["rollback", "send everything back at once"],
  ["rollback-gradually", "go back step by step"],
] as const;

const OUTPUT_HELP = "how to answer: text, json";

/** `interlock release start payments@2.4.0 --strategy quick --watch`, and what can be done with a release. */
export function addRelease(host: CommandHost): void {
  const { action, program } = host;
  const release = program
    .command("release")
    .description("release a version through a strategy, judged by its traffic: interlock release start payments@2.4.0");
  release
    .command("start [target]")
    .description("start a release of service@version, of every wave of a plan (--plan), or one that waits, by its id")
    .option("--strategy <name>", "a strategy by name, see interlock strategy list", "careful")
    .option("--strategy-file <file>", "a strategy as YAML or JSON; - for standard input")
    .option("--plan <id>", "each wave of this plan as releases, instead of a target")
    .option("--gates <kind>", "for every step but the last: manual, pass")
    .option("--min-requests <number>", "requests that each step needs on the new version")
    .option("--deadline <time>", "pause a step that is undecided for so long: 90s, 10m, 2h")
    .option("--latency <ms>", "judge also how many requests take longer than this")
    .option("--wait", "make it, and start it later")
    .option("--watch", "show it until it ends")
    .option("--reason <text>", "why, for the log")
    .option("--dry-run", "say what it would do and how long it would take, and change nothing")
    .option("-o, --output <format>", OUTPUT_HELP)
    .action(action((context, target: string | undefined, options: Options) => start(formed(context, options), target, options)));
  release
    .command("list")
    .description("releases, those under way first")
    .option("--service <name>", "only of this service")
    .option("--active", "only those under way")
    .option("-o, --output <format>", OUTPUT_HELP)
    .action(action((context, options: Options) => list(formed(context, options), options)));
  release
    .command("show <id>")
    .description("a release: its steps, its judge, what it waits for, what can be done")
    .option("-o, --output <format>", OUTPUT_HELP)
    .action(
      action(async (given, id: string, options: Options) => {
        const context = formed(given, options);
        const shown = await context.client.call("GET /api/v1/releases/{id}", { params: { id } });
        context.document(shown);
        describeRelease(context, shown);
        return undefined;
      }),
    );
  release
    .command("watch <id>")
    .description("show it until it ends or is paused; exit code 1 when it went back or is paused")
    .option("-o, --output <format>", OUTPUT_HELP)
    .action(action((context, id: string, options: Options) => watchRelease(formed(context, options), id)));
  for (const [verb, description] of VERBS) {
    const command = release
      .command(`${verb} <id>`)
      .description(description)
      .option("--reason <text>", "why, for the log")
      .option("--watch", "show it until it ends")
      .option("--dry-run", "say whether it could be, and change nothing")
      .option("-o, --output <format>", OUTPUT_HELP);
    if (verb === "jump") command.requiredOption("--weight <percent>", "of the new version");
    command.action(action((context, id: string, options: Options) => move(formed(context, options), verb, id, options)));
  }
}

async function start(context: CliContext, target: string | undefined, options: Options): Promise<ExitCode> {
  if (target !== undefined && !target.includes("@") && options.plan === undefined) return move(context, "start", target, options);
  if ((target === undefined) === (options.plan === undefined))
    throw new UsageError("Name what to release: interlock release start payments@2.4.0, or --plan plan_3.");
  if (options.gates !== undefined && options.gates !== "manual" && options.gates !== "pass")
    throw new UsageError(`--gates: "${options.gates}" is neither manual nor pass.`);
  const strategy =
    options.strategyFile === undefined ? (options.strategy ?? "careful") : await readDocument(context.io, options.strategyFile);
  const judge = judgeOf(options);
  const body = {
    ...(target === undefined ? { plan: options.plan ?? "" } : parseRef(target, "target")),
    strategy: strategy as string,
    ...(options.gates === undefined ? {} : { gates: options.gates as "manual" | "pass" }),
    ...(judge === null ? {} : { judge }),
    ...(options.wait === true && target !== undefined ? { start: false } : {}),
    ...(options.reason === undefined ? {} : { reason: options.reason }),
  };
  const isDryRun = options.dryRun === true;
  const made = await context.client.call("POST /api/v1/releases", { body, dryRun: isDryRun });
  const isWatched = options.watch === true && !isDryRun;
  if (!isWatched) context.document(made);
  if (isDryRun) {
    context.say(context.paint.bold("Dry run: nothing was changed."));
    describeRelease(context, made);
    return EXIT.done;
  }
  context.say(`${made.id}: ${made.service} ${made.version} is ${made.state}.  ${releaseBar(made)}`);
  for (const note of made.notes ?? []) context.say(`Note: ${note}`);
  if (isWatched) return watchRelease(context, made.id);
  context.say(context.paint.dim(`Watch it: interlock release watch ${made.id}`));
  return EXIT.done;
}

async function move(context: CliContext, verb: ReleaseVerb | "start", id: string, options: Options): Promise<ExitCode> {
  const isDryRun = options.dryRun === true;
  const body = {
    ...(options.reason === undefined ? {} : { reason: options.reason }),
    ...(options.weight === undefined ? {} : { weightBp: parseWeight(options.weight) }),
  };
  const done = await context.client.call("POST /api/v1/releases/{id}/{verb}", { params: { id, verb }, body, dryRun: isDryRun });
  const isWatched = options.watch === true && !isDryRun;
  if (!isWatched) context.document(done);
  const lead = isDryRun ? `Dry run: nothing was changed. ${id} would be ${done.state}` : `${id} is ${done.state}`;
  context.say(`${lead}.  ${releaseBar(done)}`);
  for (const note of done.notes ?? []) context.say(`Note: ${note}`);
  return isWatched ? watchRelease(context, id) : EXIT.done;
}

async function list(context: CliContext, options: Options): Promise<undefined> {
  const query = {
    ...(options.service === undefined ? {} : { service: options.service }),
    ...(options.active === true ? { active: "true" as const } : {}),
  };
  const found = await context.client.call("GET /api/v1/releases", { query });
  context.document(found);
  if (found.items.length === 0) {
    context.say("No releases.");
    return undefined;
  }
  context.table(
    [
      { title: "RELEASE" },
      { title: "SERVICE" },
      { title: "VERSION" },
      { title: "STATE" },
      { title: "WEIGHT" },
      { title: "VERDICT" },
      { title: "STARTED" },
      { title: "NOW" },
    ],
    found.items.map((item) => [
      item.id,
      item.service,
      item.version,
      stateCell(item),
      releaseBar(item),
      item.verdict ?? "–",
      `${formatAge(item.createdAt, context.io.nowMs())} ago by ${item.author}`,
      item.because ?? item.waitingFor ?? "",
    ]),
  );
  context.say(formatCount(found.items.length, "release"));
  return undefined;
}

function judgeOf({ deadline, latency, minRequests }: Options) {
  const metrics =
    latency === undefined ? [] : [{ kind: "errors" as const }, { kind: "latency" as const, boundaryMs: number(latency, "--latency") }];
  const judge = {
    ...(metrics.length === 0 ? {} : { metrics }),
    ...(minRequests === undefined ? {} : { minRequests: number(minRequests, "--min-requests") }),
    ...(deadline === undefined ? {} : { deadlineMs: parseDuration(deadline) }),
  };
  return Object.keys(judge).length === 0 ? null : judge;
}

function parseWeight(text: string): number {
  const match = /^(\d{1,3}(?:\.\d{1,2})?)\s*%?$/.exec(text.trim());
  if (match === null) throw new UsageError(`--weight: "${text}" is no share; write for example 25%.`);
  return Math.round(Number(match[1]) * 100);
}

function number(text: string, option: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new UsageError(`${option}: "${text}" is no number.`);
  return value;
}

/** `-o json` is `--json` for one command. */
function formed(context: CliContext, { output }: Options): CliContext {
  if (output === undefined || output === "text") return context;
  if (output !== "json") throw new UsageError(`-o: "${output}" is none of text, json.`);
  return {
    ...context,
    json: true,
    say: () => {},
    table: () => {},
    document: (value) => context.io.write(`${JSON.stringify(value, null, 2)}\n`),
  };
}
