import type { ResponseOf } from "../../client/index.ts";
import { isSilenced } from "../../policy/index.ts";
import type { CliContext } from "../cli-context.ts";
import type { CommandHost } from "../command-host.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { formatAge } from "../format-figures.ts";
import { parseMoment } from "../parse-moment.ts";
import { reportWrite } from "../report-write.ts";

type Alert = ResponseOf<"GET /api/v1/alerts/{id}">;

interface ListOptions {
  readonly all?: boolean;
  readonly service?: string;
}

/** `interlock alerts [ack | silence | why]` */
export function addAlerts({ action, program }: CommandHost): void {
  const alerts = program
    .command("alerts")
    .description("alerts that fire, the worst first; exit code 1 when one is critical")
    .option("--all", "those that are over too")
    .option("--service <name>", "of one service")
    .action(action(list));
  alerts
    .command("ack <id>")
    .description("say that somebody is on it")
    .requiredOption("--reason <text>", "what is being done")
    .action(
      action(async (context, id: string, { reason }: { readonly reason: string }) => {
        reportWrite(context, await context.client.call("POST /api/v1/alerts/{id}/ack", { params: { id }, body: { reason } }));
        return undefined;
      }),
    );
  alerts
    .command("silence <id>")
    .description("tell nobody until a time: interlock alerts silence alr-12 --until 2h")
    .option("--until <when>", "a time, or from now such as 2h; where left out the silence ends")
    .option("--reason <text>", "why, for the log")
    .action(
      action(async (context, id: string, { reason, until }: { readonly reason?: string; readonly until?: string }) => {
        const end = until === undefined ? null : new Date(parseMoment(until, context.io.nowMs())).toISOString();
        const body = { until: end, ...(reason === undefined ? {} : { reason }) };
        reportWrite(context, await context.client.call("POST /api/v1/alerts/{id}/silence", { params: { id }, body }));
        return undefined;
      }),
    );
  alerts
    .command("why <id>")
    .description("changes that it may come from, the likeliest first, and what takes each back")
    .action(action(why));
}

async function list(context: CliContext, { all = false, service }: ListOptions): Promise<ExitCode> {
  const query = { ...(all ? {} : { state: "firing" as const }), ...(service === undefined ? {} : { service }) };
  const answer = await context.client.call("GET /api/v1/alerts", { query });
  context.document(answer);
  const isCritical = answer.items.some(({ severity, state }) => severity === "critical" && state === "firing");
  if (answer.items.length === 0) context.say("No alerts.");
  else {
    context.table(
      ["ALERT", "SEVERITY", "SINCE", "SUBJECT", "POLICY", "SUMMARY"].map((title) => ({ title })),
      answer.items.map((alert) => [
        alert.id,
        severityCell(alert),
        formatAge(alert.resolvedAt ?? alert.since, context.io.nowMs()),
        alert.subject || "the mesh",
        alert.policyName,
        `${alert.summary}${markOf(alert, context.io.nowMs())}`,
      ]),
    );
  }
  if (answer.nextCursor !== undefined) context.say(`Only the first ${answer.items.length} are shown: ask for one service with --service.`);
  return isCritical ? EXIT.refused : EXIT.done;
}

function severityCell({ severity, state }: Alert) {
  if (state === "resolved") return "over";
  if (severity === "critical") return { text: severity, colour: "red" as const };
  return severity === "warning" ? { text: severity, colour: "yellow" as const } : severity;
}

function markOf(alert: Alert, nowMs: number): string {
  const { acknowledged, silencedUntil } = alert;
  const ack = acknowledged === null ? "" : ` [${acknowledged.by}: ${acknowledged.reason}]`;
  return `${ack}${isSilenced(alert, nowMs) ? ` [silent until ${silencedUntil}]` : ""}`;
}

async function why(context: CliContext, id: string): Promise<undefined> {
  const diagnosis = await context.client.call("GET /api/v1/alerts/{id}/diagnosis", { params: { id } });
  context.document(diagnosis);
  context.say(diagnosis.sentence);
  for (const { author, change, kind, likelihood, parts, reverse, subject } of diagnosis.causes) {
    context.say("");
    context.say(`${Math.round(likelihood * 100)} %  ${change}  ${kind} of ${subject} by ${author}`);
    for (const { sentence } of parts) context.say(`      ${sentence}`);
    if (reverse !== null) context.say(`      To take it back: ${commandOf(reverse)}`);
  }
  return undefined;
}

function commandOf({ kind, target }: { readonly kind: "undo" | "release-rollback" | "rollback"; readonly target: string }): string {
  if (kind === "undo") return `interlock undo ${target}`;
  return kind === "rollback" ? `interlock rollback ${target}` : `interlock release rollback ${target}`;
}
