import type { ResponseOf } from "../../client/index.ts";
import type { CliContext } from "../cli-context.ts";
import type { CommandHost } from "../command-host.ts";
import { parseMoment } from "../parse-moment.ts";
import { reportWrite } from "../report-write.ts";

interface SetOptions {
  readonly name?: string;
  readonly from?: string;
  readonly until?: string;
  readonly weekly?: boolean;
  readonly service?: readonly string[];
  readonly reason?: string;
  readonly dryRun?: boolean;
}

type Freeze = ResponseOf<"GET /api/v1/freezes/{id}">;

/** `interlock freeze list | set | remove` */
export function addFreeze({ action, program }: CommandHost): void {
  const freeze = program.command("freeze").description("times in which newer versions get no more requests");
  freeze.command("list").description("freezes: those that hold first, then those to come").action(action(list));
  freeze
    .command("set <id>")
    .description(
      "add or change one: interlock freeze set black-friday --name 'Black Friday' --from 2026-11-27T06:00Z --until 2026-11-28T06:00Z",
    )
    .option("--name <text>", "what it is for: refusals name it")
    .option("--from <when>", "its start: a time (UTC unless it says its zone), or from now 2h; now for a new one where left out")
    .option("--until <when>", "its end: a time, or from now 2h")
    .option("--weekly", "it comes again each week; --no-weekly: it does not")
    .option("--no-weekly")
    .option("--service <name>", "a service that it holds, repeatable; all where left out", (text: string, all?: readonly string[]) => [
      ...(all ?? []),
      text,
    ])
    .option("--reason <text>", "why, for the log")
    .option("--dry-run", "say what would happen and change nothing")
    .action(action(set));
  freeze
    .command("remove <id>")
    .description("end a freeze")
    .option("--reason <text>", "why, for the log")
    .option("--dry-run", "say what would happen and change nothing")
    .action(
      action(async (context, id: string, { dryRun = false, reason }: SetOptions) => {
        const { rev } = await context.client.call("GET /api/v1/freezes/{id}", { params: { id } });
        const query = reason === undefined ? {} : { query: { reason } };
        reportWrite(context, await context.client.call("DELETE /api/v1/freezes/{id}", { params: { id }, rev, ...query, dryRun }));
        return undefined;
      }),
    );
}

async function list(context: CliContext): Promise<undefined> {
  const answer = await context.client.call("GET /api/v1/freezes");
  context.document(answer);
  if (answer.items.length === 0) return context.say("No freezes.") as undefined;
  context.table(
    ["id", "holds", "from", "until", "services", "name"].map((title) => ({ title })),
    answer.items.map((freeze) => {
      const span = freeze.active ?? freeze.next ?? freeze;
      const holds = freeze.active !== null ? "now" : freeze.next !== null ? "later" : "over";
      const services = freeze.services.length === 0 ? "all" : freeze.services.join(", ");
      return [freeze.id, holds, span.from, freeze.weekly ? `${span.until} weekly` : span.until, services, freeze.name];
    }),
  );
  return undefined;
}

async function set(context: CliContext, id: string, options: SetOptions): Promise<undefined> {
  const { items } = await context.client.call("GET /api/v1/freezes");
  const known: Freeze | undefined = items.find((freeze) => freeze.id === id);
  const nowMs = context.io.nowMs();
  const moment = (text: string | undefined, before: string | undefined, otherwise: string) =>
    text === undefined ? (before ?? otherwise) : parseMoment(text, nowMs);
  const answer = await context.client.call("PUT /api/v1/freezes/{id}", {
    params: { id },
    rev: known?.rev ?? 0,
    body: {
      name: options.name ?? known?.name ?? id,
      from: moment(options.from, known?.from, new Date(nowMs).toISOString()),
      until: moment(options.until, known?.until, ""),
      weekly: options.weekly ?? known?.weekly ?? false,
      services: [...(options.service ?? known?.services ?? [])],
      ...(options.reason !== undefined && { reason: options.reason }),
    },
    dryRun: options.dryRun === true,
  });
  reportWrite(context, answer);
  return undefined;
}
