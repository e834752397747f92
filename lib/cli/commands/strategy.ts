import { ApiProblem } from "../../client/index.ts";
import type { CliContext } from "../cli-context.ts";
import type { CommandHost } from "../command-host.ts";
import { formatWeight } from "../format-figures.ts";
import { readDocument } from "../read-document.ts";
import { reportWrite } from "../report-write.ts";

/** `interlock strategy list|show|set|remove`. */
export function addStrategy({ action, program }: CommandHost): void {
  const strategy = program.command("strategy").description("how versions take over: strategies by name");
  strategy.command("list").description("every strategy, those that are there from the start among them").action(action(list));
  strategy.command("show <name>").description("a strategy with its steps").action(action(show));
  strategy
    .command("set <name>")
    .description("add or change a strategy; releases under way keep theirs")
    .requiredOption(
      "-f, --file <file>",
      "the strategy as YAML or JSON, such as {kind: linear, fromBp: 500, stepBp: 500, everyMs: 60000}; - for standard input",
    )
    .option("--reason <text>", "why, for the log")
    .option("--dry-run", "check it, and change nothing")
    .action(action((context, name: string, options: SetOptions) => set(context, name, options)));
  strategy
    .command("remove <name>")
    .description("take a strategy away; one that is there from the start is as it was at first again")
    .option("--reason <text>", "why, for the log")
    .option("--dry-run", "check it, and change nothing")
    .action(action((context, name: string, options: WriteOptions) => remove(context, name, options)));
}

interface WriteOptions {
  readonly reason?: string;
  readonly dryRun?: boolean;
}

interface SetOptions extends WriteOptions {
  readonly file: string;
}

async function list(context: CliContext): Promise<undefined> {
  const found = await context.client.call("GET /api/v1/strategies");
  context.document(found);
  context.table(
    [{ title: "STRATEGY" }, { title: "KIND" }, { title: "REV", align: "right" }, { title: "WHAT IT DOES" }],
    found.items.map((item) => [item.name, item.strategy.kind, String(item.rev), item.sentence]),
  );
  return undefined;
}

async function show(context: CliContext, name: string): Promise<undefined> {
  const { paint, say } = context;
  const shown = await context.client.call("GET /api/v1/strategies/{name}", { params: { name } });
  context.document(shown);
  say(
    `${paint.bold(shown.name)}  ${shown.strategy.kind}  rev ${shown.rev}${shown.builtIn && shown.rev === 0 ? ", there from the start" : ""}`,
  );
  say(shown.sentence);
  for (const { atMs, gate, weightBp } of shown.curve) {
    const bar = "█".repeat(Math.max(1, Math.round((weightBp / 10_000) * 40)));
    say(
      `${String(Math.round(atMs / 1_000)).padStart(6)} s  ${weightBp === 0 ? paint.dim("·") : bar} ${formatWeight(weightBp)}${gate === null ? "" : paint.dim(` ${gate}`)}`,
    );
  }
  return undefined;
}

async function set(context: CliContext, name: string, { dryRun = false, file, reason }: SetOptions): Promise<undefined> {
  const strategy = await readDocument(context.io, file);
  const rev = await revOf(context, name);
  const body = { strategy: strategy as never, ...(reason === undefined ? {} : { reason }) };
  reportWrite(context, await context.client.call("PUT /api/v1/strategies/{name}", { params: { name }, rev, body, dryRun }));
  return undefined;
}

async function remove(context: CliContext, name: string, { dryRun = false, reason }: WriteOptions): Promise<undefined> {
  const rev = await revOf(context, name);
  const query = reason === undefined ? {} : { reason };
  reportWrite(context, await context.client.call("DELETE /api/v1/strategies/{name}", { params: { name }, query, rev, dryRun }));
  return undefined;
}

/** 0 for a name that is new. */
async function revOf(context: CliContext, name: string): Promise<number> {
  try {
    return (await context.client.call("GET /api/v1/strategies/{name}", { params: { name } })).rev;
  } catch (error) {
    if (error instanceof ApiProblem && error.code === "strategy.unknown") return 0;
    throw error;
  }
}
