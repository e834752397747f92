import { ApiProblem, type ResponseOf } from "../../client/index.ts";
import type { CliContext } from "../cli-context.ts";
import type { CommandHost } from "../command-host.ts";
import { describePlan, type PlanAnswer, planReport, refusedPlanReport } from "../describe-plan.ts";
import { EXIT, type ExitCode, UsageError } from "../exit-code.ts";
import { formatAge, formatCount } from "../format-figures.ts";
import { OUTPUTS, type Output, parseOutput, renderReport } from "../render-report.ts";
import { watchPlan } from "../watch-plan.ts";

interface PlanOptions {
  readonly avoid: readonly string[];
  readonly prefer?: string;
  readonly rollback?: string;
  readonly reason?: string;
  readonly output?: string;
  readonly execute?: boolean;
  readonly watch?: boolean;
  readonly dryRun?: boolean;
}

const PREFERENCES = ["steps", "waves", "risk"] as const;
const OUTPUT_HELP = `how to answer: ${OUTPUTS.join(", ")}`;

/** `interlock plan checkout=2.0.0 payments=3.0.0`, and what can be done with a plan. */
export function addPlan(host: CommandHost): void {
  const { action, program } = host;
  const plan = program
    .command("plan")
    .argument("[targets...]", "service=version, as many as shall move")
    .description("find a safe way to a target, and walk it: interlock plan checkout=2.0.0 payments=3.0.0")
    .option(
      "--avoid <service@version>",
      "a version that the way must not pass through, repeatable",
      (text, all: string[]) => [...all, text],
      [],
    )
    .option("--prefer <what>", `what counts where there are several ways: ${PREFERENCES.join(", ")}`)
    .option("--rollback <service[@version]>", "instead of targets: everything that must move for this rollback")
    .option("--reason <text>", "why, for the log")
    .option("-o, --output <format>", OUTPUT_HELP)
    .option("--execute", "walk it at once")
    .option("--watch", "with --execute: show each step until it ends")
    .option("--dry-run", "show the way and keep no plan")
    .addHelpText(
      "after",
      "\nExit codes: 0 every pair on the way is proven, or it is carried out; 1 there is no safe way; 4 pairs on the way are unproven.",
    )
    .action(action((context, targets: string[], options: PlanOptions) => makePlan(context, targets, options)));
  plan.command("list").description("plans, the one under way first").action(action(listPlans));
  plan
    .command("show <id>")
    .description("a plan: its waves, what it waits for, whether it still holds")
    .option("-o, --output <format>", OUTPUT_HELP)
    .action(
      action(async (context, id: string, options: PlanOptions, command: { readonly parent?: { readonly opts: () => PlanOptions } }) => {
        const output = parseOutput(options.output ?? command.parent?.opts().output, context.json);
        return answer(context, output, await context.client.call("GET /api/v1/plans/{id}", { params: { id } }));
      }),
    );
  for (const [verb, description] of VERBS) addVerb(host, plan, verb, description);
  plan
    .command("watch <id>")
    .description("show each step until the plan ends or is paused; exit code 1 when it is paused")
    .action(action((context, id: string) => watchPlan(context, id)));
}

const VERBS = [
  ["execute", "walk it, wave by wave; each waits until the last has drained"],
  ["pause", "stop after the move under way"],
  ["resume", "go on with a paused plan"],
  ["reverse", "walk it back, the last wave first"],
] as const;

interface VerbOptions {
  readonly reason?: string;
  readonly watch?: boolean;
  readonly dryRun?: boolean;
}

function addVerb(
  { action }: CommandHost,
  plan: ReturnType<CommandHost["program"]["command"]>,
  verb: (typeof VERBS)[number][0],
  description: string,
) {
  plan
    .command(`${verb} <id>`)
    .description(description)
    .option("--reason <text>", "why, for the log")
    .option("--watch", "show each step until it ends")
    .option("--dry-run", "say whether it could be, and change nothing")
    .action(
      action(async (context, id: string, options: VerbOptions, command: { readonly parent?: { readonly opts: () => PlanOptions } }) => {
        // Options that the command above has too are read by it.
        const all = { ...command.parent?.opts(), ...options };
        return walk(context, verb, id, all);
      }),
    );
}

async function walk(context: CliContext, verb: (typeof VERBS)[number][0], id: string, options: VerbOptions): Promise<ExitCode> {
  const isDryRun = options.dryRun === true;
  const done = await context.client.call(`POST /api/v1/plans/{id}/${verb}`, {
    params: { id },
    body: options.reason === undefined ? undefined : { reason: options.reason },
    dryRun: isDryRun,
  });
  if (options.watch !== true || isDryRun) context.document(done);
  context.say(isDryRun ? `Dry run: nothing was changed. ${id} would be ${done.state}.` : `${id} is ${done.state}.`);
  for (const note of done.notes ?? []) context.say(`Note: ${note}`);
  return options.watch === true && !isDryRun ? watchPlan(context, id) : EXIT.done;
}

async function makePlan(context: CliContext, targets: readonly string[], options: PlanOptions): Promise<ExitCode> {
  const output = parseOutput(options.output, context.json);
  const moves = targets.map((text) => parsePair(text, "=", "checkout=2.0.0"));
  const twice = moves.find(([service], index) => moves.findIndex(([other]) => other === service) < index);
  if (twice !== undefined) throw new UsageError(`${twice[0]} is named twice; give it one version.`);
  const target = Object.fromEntries(moves);
  if (targets.length === 0 && options.rollback === undefined)
    throw new UsageError("Name where to go: interlock plan checkout=2.0.0 payments=3.0.0, or interlock plan list.");
  if (targets.length > 0 && options.rollback !== undefined) throw new UsageError("Give targets or --rollback, not both.");
  const prefer = PREFERENCES.find((each) => each === options.prefer);
  if (options.prefer !== undefined && prefer === undefined)
    throw new UsageError(`--prefer: "${options.prefer}" is none of ${PREFERENCES.join(", ")}.`);
  const avoid = options.avoid.map((text) => parsePair(text, "@", "checkout@1.9.0")).map(([service, version]) => ({ service, version }));
  const body = {
    ...(options.rollback === undefined ? { target } : { rollback: parseRollback(options.rollback) }),
    avoid,
    ...(prefer === undefined ? {} : { prefer }),
    ...(options.reason === undefined ? {} : { reason: options.reason }),
  };
  const made = await refusable(context, output, () => context.client.call("POST /api/v1/plans", { body, dryRun: options.dryRun === true }));
  if (made === null) return EXIT.refused;
  if (options.dryRun === true && output === "text") context.say(context.paint.bold("Dry run: no plan was kept."));
  const exitCode = answer(context, output, made);
  if (options.execute !== true || options.dryRun === true) return exitCode;
  const quiet = output === "text" ? context : { ...context, json: output === "json", say: () => {}, document: () => {} };
  return walk(quiet, "execute", made.id, options);
}

/** A refused plan is an answer too, in the form asked for; null stands for it. */
async function refusable<T>(context: CliContext, output: Output, ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    const isAnswer = error instanceof ApiProblem && error.code === "plan.impossible" && output !== "text" && output !== "json";
    if (!isAnswer) throw error;
    context.io.write(renderReport(output, refusedPlanReport(error)));
    return null;
  }
}

function answer(context: CliContext, output: Output, plan: PlanAnswer): ExitCode {
  if (output === "json") context.io.write(`${JSON.stringify(plan, null, 2)}\n`);
  else if (output === "text") describePlan(context, plan);
  else context.io.write(renderReport(output, planReport(plan)));
  return plan.cost.risk > 0 && plan.state === "ready" ? EXIT.unknown : EXIT.done;
}

function parsePair(text: string, sign: string, example: string): readonly [string, string] {
  const at = text.indexOf(sign);
  if (at < 1 || at === text.length - 1) throw new UsageError(`"${text}" is not service${sign}version; write for example ${example}.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function parseRollback(text: string): { service: string; to?: string } {
  if (!text.includes("@")) return { service: text };
  const [service, to] = parsePair(text, "@", "payments@2.3.0");
  return { service, to };
}

async function listPlans(context: CliContext): Promise<undefined> {
  const list: ResponseOf<"GET /api/v1/plans"> = await context.client.call("GET /api/v1/plans");
  context.document(list);
  if (list.items.length === 0) {
    context.say("No plans.");
    return undefined;
  }
  context.table(
    [{ title: "PLAN" }, { title: "STATE" }, { title: "WAVES", align: "right" }, { title: "TARGET" }, { title: "MADE" }, { title: "NOW" }],
    list.items.map((plan) => [
      plan.id,
      plan.state === "paused" ? { text: plan.state, colour: "yellow" as const } : plan.state,
      `${plan.wavesDone}/${plan.waves}`,
      Object.entries(plan.target)
        .map(([service, version]) => `${service} ${version}`)
        .join(", "),
      `${formatAge(plan.createdAt, context.io.nowMs())} ago by ${plan.author}`,
      plan.pausedBecause ?? plan.waitingFor ?? "",
    ]),
  );
  context.say(formatCount(list.items.length, "plan"));
  return undefined;
}
