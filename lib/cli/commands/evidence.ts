import type { ResponseOf } from "../../client/index.ts";
import { CONSTRAINT_KINDS, type ConstraintKind } from "../../model/index.ts";
import type { CliContext } from "../cli-context.ts";
import type { CommandHost } from "../command-host.ts";
import { UsageError } from "../exit-code.ts";
import { formatAge, formatRate } from "../format-figures.ts";
import { parseMoment } from "../parse-moment.ts";
import { parseRef } from "../parse-ref.ts";
import { parseOutput, type Report, type ReportCase, renderReport } from "../render-report.ts";
import { OUTPUT_HELP } from "../report-verdict.ts";
import { reportWrite } from "../report-write.ts";

interface RecordOptions {
  readonly reason: string;
  readonly until?: string;
  readonly constraint?: string;
  readonly dryRun?: boolean;
}

/** `interlock evidence list|unknowns|contradictions|veto|allow|withdraw` */
export function addEvidence(host: CommandHost): void {
  const { action, program } = host;
  const evidence = program.command("evidence").description("facts about pairs of versions: what may meet what, and who says so");
  addList(host, evidence);
  addUnknowns(host, evidence);
  addContradictions(host, evidence);
  for (const [verb, verdict, description] of RECORDS) {
    evidence
      .command(`${verb} <consumer> <provider>`)
      .description(description)
      .requiredOption("--reason <text>", "why, for whoever reads it at night")
      .option("--until <when>", "when it ends: a time, or from now 2h, 7d; it holds until withdrawn where left out")
      .option("--constraint <kind>", `what it is about: ${CONSTRAINT_KINDS.join(", ")}; api where left out`)
      .option("--dry-run", "only show what it would do")
      .action(
        action(async (context, consumer: string, provider: string, options: RecordOptions) => {
          await record(context, { consumer, provider, verdict }, options);
          return undefined;
        }),
      );
  }
  evidence
    .command("withdraw <id>")
    .description("take a fact back")
    .option("--reason <text>", "why, for the log")
    .option("--dry-run", "only show what it would do")
    .action(
      action(async (context, id: string, { dryRun = false, reason }: { readonly dryRun?: boolean; readonly reason?: string }) => {
        const query = reason === undefined ? {} : { query: { reason } };
        reportWrite(context, await context.client.call("DELETE /api/v1/evidence/{id}", { params: { id }, ...query, dryRun }));
        return undefined;
      }),
    );
}

const RECORDS = [
  ["veto", "incompatible", "these must not meet: interlock evidence veto checkout@1.4.0 payments@3.0.0 --reason …"],
  ["allow", "compatible", "these may meet, whatever weaker evidence says"],
] as const;

interface Pair {
  readonly consumer: string;
  readonly provider: string;
  readonly verdict: "compatible" | "incompatible";
}

async function record(context: CliContext, { consumer, provider, verdict }: Pair, options: RecordOptions): Promise<void> {
  const { dryRun = false, reason, until } = options;
  const constraint = options.constraint === undefined ? undefined : parseConstraint(options.constraint);
  const answer = await context.client.call("POST /api/v1/evidence", {
    body: {
      consumer: parseRef(consumer, "consumer"),
      provider: parseRef(provider, "provider"),
      verdict,
      reason,
      ...(constraint !== undefined && { constraint }),
      ...(until !== undefined && { expiresAt: parseMoment(until, context.io.nowMs()) }),
    },
    dryRun,
  });
  reportWrite(context, answer);
  if (answer.fact !== null) context.say(`${answer.dryRun === true ? "" : `${answer.fact.id}  `}${answer.fact.sentence}`);
}

function parseConstraint(text: string): ConstraintKind {
  const kind = CONSTRAINT_KINDS.find((each) => each === text);
  if (kind === undefined) throw new UsageError(`--constraint: "${text}" is none of ${CONSTRAINT_KINDS.join(", ")}.`);
  return kind;
}

interface ListOptions {
  readonly consumer?: string;
  readonly provider?: string;
  readonly limit: string;
  readonly output?: string;
}

function addList({ action }: CommandHost, evidence: CommandHost["program"]): void {
  evidence
    .command("list")
    .description("facts in force, newest first")
    .option("--consumer <service[@version]>", "only of this consumer")
    .option("--provider <service[@version]>", "only of this provider")
    .option("--limit <n>", "at most so many", "100")
    .option("-o, --output <format>", OUTPUT_HELP)
    .action(
      action(async (context, { consumer, limit, output, provider }: ListOptions) => {
        const format = parseOutput(output, context.json);
        const query = {
          limit: parseLimit(limit),
          ...(consumer !== undefined && { consumer }),
          ...(provider !== undefined && { provider }),
        };
        const list = await context.client.call("GET /api/v1/evidence", { query });
        if (format === "json") context.io.write(`${JSON.stringify(list, null, 2)}\n`);
        else if (format !== "text") context.io.write(renderReport(format, reportOf(list.items)));
        else showList(context, list.items, list.nextCursor !== undefined);
        return undefined;
      }),
    );
}

function addUnknowns({ action }: CommandHost, evidence: CommandHost["program"]): void {
  evidence
    .command("unknowns")
    .description("pairs that nothing decides, those first that are most worth knowing, and how to find out")
    .option("--limit <n>", "at most so many", "50")
    .action(
      action(async (context, { limit }: { readonly limit: string }) => {
        const { items, total } = await context.client.call("GET /api/v1/unknowns", { query: { limit: parseLimit(limit) } });
        if (context.json) context.io.write(`${JSON.stringify({ items, total }, null, 2)}\n`);
        else if (items.length === 0) context.say("No pair needs a test: each is decided, or inferred from those that are.");
        else {
          const columns = ["pair", "settles", "rate", "how"].map((title) => ({ title }));
          const rows = items.map(({ consumer, how, provider, rps, settles }) => [
            `${refText(consumer)} × ${refText(provider)}`,
            settles.least === settles.most ? `${settles.least}` : `${settles.least}–${settles.most}`,
            formatRate(rps),
            how,
          ]);
          context.table(columns, rows);
          if (total > items.length) context.say(`${total - items.length} more: raise --limit.`);
        }
        return undefined;
      }),
    );
}

function addContradictions({ action }: CommandHost, evidence: CommandHost["program"]): void {
  evidence
    .command("contradictions")
    .description("facts that cannot both be right: the one that decides, and the one against it")
    .option("--limit <n>", "at most so many", "50")
    .action(
      action(async (context, { limit }: { readonly limit: string }) => {
        const { items, total } = await context.client.call("GET /api/v1/contradictions", { query: { limit: parseLimit(limit) } });
        if (context.json) context.io.write(`${JSON.stringify({ items, total }, null, 2)}\n`);
        else if (items.length === 0) context.say("No two facts contradict each other.");
        else {
          for (const { against, consumer, provider, stands } of items) {
            context.say(`${refText(consumer)} × ${refText(provider)}`);
            context.say(`  decides  ${stands.sentence}`);
            context.say(`  against  ${against.sentence}`);
          }
          if (total > items.length) context.say(`${total - items.length} more: raise --limit.`);
        }
        return undefined;
      }),
    );
}

function refText({ service, version }: { readonly service: string; readonly version: string }): string {
  return `${service}@${version}`;
}

function parseLimit(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text) || Number(text) > 500) throw new UsageError(`--limit: "${text}" is not a number from 1 to 500.`);
  return Number(text);
}

type Fact = ResponseOf<"GET /api/v1/evidence">["items"][number];

function showList(context: CliContext, facts: readonly Fact[], isMore: boolean): void {
  if (facts.length === 0)
    return context.say("No facts are recorded. Declared requirements stand with the versions: interlock versions <service>.");
  const nowMs = context.io.nowMs();
  const columns = ["id", "verdict", "source", "about", "age", "what"].map((title) => ({ title }));
  const rows = facts.map(({ at, constraint, id, sentence, source, verdict }) => [
    id,
    verdict,
    source,
    constraint,
    formatAge(at, nowMs),
    sentence,
  ]);
  context.table(columns, rows);
  if (isMore) context.say("There are more: narrow it with --consumer or --provider, or raise --limit.");
}

function reportOf(facts: readonly Fact[]): Report {
  const cases = facts.map(({ id, sentence, verdict }): ReportCase => ({ name: id, verdict, detail: sentence }));
  const broken = facts.filter(({ verdict }) => verdict === "incompatible").length;
  const summary = `${facts.length} facts, ${broken} of them against a pair.`;
  return { title: "Evidence", verdict: broken > 0 ? "incompatible" : "compatible", summary, cases };
}
