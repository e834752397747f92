import { SECOND_PERSON_FROM } from "../../model/index.ts";
import type { ApprovalView } from "../asking-client.ts";
import type { CliContext } from "../cli-context.ts";
import type { CommandHost } from "../command-host.ts";
import { diffValues } from "../diff-values.ts";
import { UsageError } from "../exit-code.ts";
import { reportWrite } from "../report-write.ts";

interface VerbOptions {
  readonly reason?: string;
}

const VERBS = [
  ["approve", "agree to a change that somebody else has asked for"],
  ["reject", "say no to it"],
  ["withdraw", "take back what you have asked for"],
] as const;

/** `interlock approvals list | show | approve | reject | withdraw | apply | from` */
export function addApprovals({ action, program }: CommandHost): void {
  const approvals = program
    .command("approvals")
    .description("changes that wait for a second person; ask for one with --ask in front of any command that changes something");
  approvals.command("list").description("those that are open first, then the newest").action(action(list));
  approvals
    .command("show <id>")
    .description("what would be before and after, and why it needs a second person")
    .action(
      action(async (context, id: string) => {
        const approval = await context.client.call("GET /api/v1/approvals/{id}", { params: { id } });
        context.document(approval);
        for (const line of linesOf(approval)) context.say(line);
        return undefined;
      }),
    );
  for (const [verb, description] of VERBS) {
    approvals
      .command(`${verb} <id>`)
      .description(description)
      .option("--reason <text>", "why, for the log")
      .action(
        action(async (context, id: string, { reason }: VerbOptions) => {
          const body = reason === undefined ? {} : { reason };
          const answer = await context.client.call(`POST /api/v1/approvals/{id}/${verb}`, { params: { id }, body });
          context.document(answer);
          context.say(`${answer.id} is ${answer.state}. Names are as given, until sign-in exists.`);
          return undefined;
        }),
      );
  }
  approvals
    .command("apply <id>")
    .description("do what was approved, exactly")
    .action(
      action(async (context, id: string) => {
        const { request } = await context.client.call("GET /api/v1/approvals/{id}", { params: { id } });
        const described = { ...request, method: request.method as "PUT" };
        reportWrite(context, (await context.client.send(described, id)) as Parameters<typeof reportWrite>[1]);
        return undefined;
      }),
    );
  approvals
    .command("from [risk]")
    .description(`from which risk on a change needs a second person: ${SECOND_PERSON_FROM.join(", ")}`)
    .option("--reason <text>", "why, for the log")
    .action(action(settings));
}

async function list(context: CliContext): Promise<undefined> {
  const answer = await context.client.call("GET /api/v1/approvals");
  context.document(answer);
  if (answer.items.length === 0) context.say("No approvals.");
  else
    context.table(
      ["id", "state", "risk", "by", "until", "what"].map((title) => ({ title })),
      answer.items.map(({ expiresAt, id, requestedBy, risk, state, summary }) => [id, state, risk.level, requestedBy, expiresAt, summary]),
    );
  return undefined;
}

async function settings(context: CliContext, text: string | undefined, { reason }: VerbOptions): Promise<undefined> {
  const present = await context.client.call("GET /api/v1/governance");
  if (text === undefined) {
    context.document(present);
    context.say(present.secondPersonFrom === "never" ? "No change needs a second person." : `Needed from ${present.secondPersonFrom} on.`);
    return undefined;
  }
  const secondPersonFrom = SECOND_PERSON_FROM.find((each) => each === text);
  if (secondPersonFrom === undefined) throw new UsageError(`"${text}" is no level; choose one of ${SECOND_PERSON_FROM.join(", ")}.`);
  const body = { secondPersonFrom, ...(reason !== undefined && { reason }) };
  reportWrite(context, await context.client.call("PUT /api/v1/governance", { rev: present.rev, body }));
  return undefined;
}

function linesOf(approval: ApprovalView): readonly string[] {
  const { after, because, before, decidedBy, diffHash, expiresAt, id, reason, requestedBy, risk, state, summary } = approval;
  return [
    `${id}  ${state}  ${summary}`,
    `Asked for by ${requestedBy}${reason === "" ? "" : `: ${reason}`}; holds until ${expiresAt}.`,
    ...(decidedBy === null ? [] : [`Decided by ${decidedBy}${because === "" ? "" : `: ${because}`}.`]),
    ...diffValues(before, after).map((line) => `  ${line}`),
    ...risk.reasons.map((each) => `Risk: ${each}`),
    `SHA-256 ${diffHash}`,
    "Names are as given, until sign-in exists.",
  ];
}
